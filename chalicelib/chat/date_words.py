"""The words that periods are written in, Indonesian and English, and a text read as a row of them.

Each word gets a kind, one letter, so that what words mean together is a regular expression over kinds (`date_points`,
`period_grammar`) and never one over the text: nothing here can backtrack far. Numbers that are no dates (letter
numbers, clock times, phones, NIPs, percentages) are taken out first, which is what keeps them from becoming dates.
"""

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum

MAX_CHARS = 2000
"""The longest text read: two paragraphs of a circular. A whole letter holds more periods than one."""


class Unit(StrEnum):
    DAY = "day"
    WORKING_DAY = "working_day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Point:
    """A day as somebody wrote it; what was left out is None. A weekday alone has no day and no month."""

    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    typed: str = field(default="", compare=False)  # the weekday's own word


@dataclass(frozen=True)
class Piece:
    """A stretch of the text and what it is; `start` and `end` as in a slice."""

    kind: str
    start: int
    end: int
    text: str
    value: int = 0
    point: Point | None = None
    last: Point | None = None  # of a whole week or month
    unit: Unit | None = None
    is_marked: bool = False  # by "selama" or "bulan" before it
    slip: tuple[str, str] = ("", "")  # a misspelled word in it, and what it was taken for


def numbered(rows: str, first: int) -> dict[str, int]:
    """One number for the words of each row."""
    return {word: first + place for place, row in enumerate(rows.split("|")) for word in row.split()}


MONTHS = numbered(
    "januari january jan|februari february pebruari feb peb|maret march mar mrt|april apr|mei may|juni june jun"
    "|juli july jul|agustus august agt ags agu agst aug|september sept sep|oktober october okt oct"
    "|november nopember nov nop|desember december des dec",
    first=1,
)
WEEKDAYS = numbered(
    "senin monday mon|selasa tuesday tue tues|rabu wednesday wed|kamis thursday thu thur thurs|jumat friday fri"
    "|sabtu saturday sat|ahad sunday sun",
    first=0,
)
ONES = numbered("satu one|dua two|tiga three|empat four|lima five|enam six|tujuh seven|delapan eight|sembilan nine", 1)
NUMBERS = (
    ONES | numbered("sepuluh ten|sebelas eleven|twelve|thirteen|fourteen|fifteen", 10) | {"twenty": 20, "thirty": 30}
)
RELATIVE = {"besok": 1, "esok": 1, "tomorrow": 1, "lusa": 2, "today": 0}
UNITS = {
    word: unit
    for unit, words in (
        (Unit.DAY, "hari hr day days sehari"),
        (Unit.WEEK, "minggu mgg pekan week weeks seminggu sepekan"),
        (Unit.MONTH, "bulan bln month months sebulan"),
        (Unit.YEAR, "tahun thn year years setahun"),
    )
    for word in words.split()
}

KINDS = {
    "f": "tanggal tgl tggl pada the of on tepatnya masehi malam pagi siang sore petang evening afternoon",  # fillers
    "h": "hari hr day",
    "g": "minggu mgg",  # a week after a number, Sunday otherwise
    "p": "pekan week",
    "b": "bulan bln month",
    "t": "tahun thn th year",
    "u": "days weeks months years",
    "D": "sehari seminggu sepekan sebulan setahun",
    "N": "depan mendatang next",
    "I": "ini this",
    "E": "akhir end",
    "A": "awal pertengahan medio early mid late pertama kedua ketiga keempat terakhir first second third last",
    "F": "dari mulai dimulai sejak semenjak terhitung tmt per dr from since starting starts start effective efektif "
    "begin begins beginning began commence commences commencing commenced",
    "B": "berlaku diberlakukan berlakunya valid",
    "U": "sampai sampe smp hingga sd to until till til through thru",
    "e": "berakhir berakhirnya rampung habis ends ending expire expires expiring lapses concludes",
    "L": "cabut dicabut mencabut dicabutnya pencabutan lift lifts lifted revoke revoked akhiri diakhiri mengakhiri "
    "rescind rescinds rescinded repeal repeals repealed",
    "Q": "ditiadakan meniadakan peniadaan dihapus dihapuskan menghapus menghapuskan penghapusan dihentikan "
    "menghentikan penghentian berhenti terhenti stop setop disetop distop dibatalkan membatalkan pembatalan "
    "batal dibubarkan gugur dilonggarkan melonggarkan pelonggaran kelonggaran relaksasi direlaksasi diganti "
    "digantikan menggantikan berganti beralih selesai selesainya usai kelar tuntas dibuka membuka pembukaan "
    "dipulihkan scrap scraps scrapped abolish abolishes abolished ended over halt halts halted terminate "
    "terminates terminated discontinued cancel cancels cancelled canceled suspend suspends suspended stops "
    "stopped cease ceases ceased withdrawn ease eases eased easing relaxed replaced replaces reopen reopens "
    "reopened reopening resume resumes resumed return returns returned returning",  # ends what held
    "Z": "digeser bergeser diundur diundurkan dimundurkan mundur dimajukan dipindah dipindahkan dialihkan moved "
    "shifted rescheduled postponed delayed pushed ditunda menunda penundaan diubah mengubah berubah perubahan "
    "changed revised direvisi revisi ralat diralat",  # moves a day
    "Y": "menjadi jadi become becomes became",
    "a": "atau or",
    "H": "antara between",
    "J": "lalu silam lampau kemarin kemaren yesterday ago",  # looks back
    "d": "batas tenggat deadline due tempo diterapkan menerapkan penerapan diimplementasikan implemented implements "
    "imposed imposes introduced enforced memberlakukan pemberlakuan dijalankan diresmikan "
    "reviewed evaluated dievaluasi ditinjau masuk ngantor kick kicks",  # a day that may be an end
    "c": "pemberitahuan pengumuman notice kondusif aman normal ditentukan dinyatakan memungkinkan "
    "diumumkan evaluasi arahan perintah announced decided",
    "C": "ditetapkan ditetapkannya keputusan kebijakan ketentuan diterbitkan diterbitkannya terbit terbitnya instruksi",
    "l": "surat edaran se peraturan nomor ditandatangani diteken tertanggal bertanggal dikeluarkan letter dated signed "
    "issued perihal lampiran diundangkan dirilis mengumumkan disampaikan menyampaikan menandatangani meneken kata ujar "
    "ucap tutur said told",
    "o": "semula sebelumnya awalnya tadinya originally previously",
    "X": "perpanjang diperpanjang memperpanjang perpanjangan extend extended extends extending extension prolonged "
    "dilanjutkan diteruskan melanjutkan continued",
    "k": "selama sepanjang during for",
    "&": "dan and",
    "R": "setiap tiap every each sekali kali",
    "~": "tidak tak bukan jangan kecuali selain sebelum setelah sesudah not except before after by selambatnya lambat "
    "menjelang jelang pasca selepas sehabis sekitar kisaran around approximately roughly about",
}
KIND_OF = {word: kind for kind, words in KINDS.items() for word in words.split()}
KIND_OF |= dict.fromkeys(MONTHS, "m") | dict.fromkeys(WEEKDAYS, "w") | dict.fromkeys(RELATIVE, "r")
KIND_OF |= dict.fromkeys(NUMBERS, "i")
ROWS = set("fh,.-")
VALUE_OF = MONTHS | WEEKDAYS | RELATIVE | NUMBERS

LETTER = r"[^\W\d_]"
ONE = "|".join(ONES)
YEAR = r"(?:(?:19|20)[0-9]{2}|[0-9]{2})"
DMY = rf"[0-9]{{1,2}}\s?/\s?[0-9]{{1,2}}(?:\s?/\s?{YEAR})?(?!\s?/\s?\w)"
HIJRI = (
    r"[0-9]{1,2}\s(?:muharram|safar|rabiul\s(?:awal|akhir)|jumadil\s(?:awal|akhir)|rajab|sya['’]?ban|ramadh?an|syawal"
    r"|d?zulqa['’]?dah|zulkaidah|d?zulhijj?ah)\b(?:\s1[34][0-9]{2}\b)?(?:\s(?:hijriyah|hijriah|hijri|h)\b)?"
)
REGIME = r"(?:wfh|wfa|psbb|ppkm|pkm|lockdown|work\sfrom\shome|(?:be)?kerja\sdari\srumah|diperpanjang|dilanjutkan)\b"
OFFICE = r"(?:(?:ke|di)\s)?(?:kantor|masuk|berkantor|ngantor|bekerja|kerja|beroperasi|dibuka|buka|normal|wfo|aktif)"
SCAN: tuple[tuple[str, str], ...] = (
    ("f", rf"{HIJRI}\s?(?:/|,?\s?(?:atau|bertepatan\sdengan)\b)|[/(]\s?{HIJRI}\)?"
          rf"|\b(?:atau|bertepatan\sdengan)\s{HIJRI}"),
    ("V", rf"{HIJRI}|\b[0-9]{{1,2}}\s?x\s?[0-9]{{1,2}}\s+(?:jam|hours?)\b"),
    ("~", r"\bno later than\b"),
    ("l", r"\b(?:nomor|nomer|number|no)\b\.?\s?:?\s?[\w./-]{0,20}[0-9][\w.-]{0,30}(?:\s?/\s?[\w.-]{1,30}){0,6}"
          r"(?:\s(?:tahun|thn|th)\.?\s[0-9]{4})?"),
    ("T", r"\b(?:pukul|jam|pkl)\b\.?\s?[0-9]{1,2}(?:[.:][0-9]{2})?(?![0-9])(?:\s?wi(?:b|ta|t)\b)?"),
    ("z", r"\b(?:pasal|ayat|angka|poin|butir|tahap|jilid|gelombang|kelompok|shift|grup|eselon|lampiran)\s[0-9]+"),
    ("z", r"\bcovid\W?19\b"),
    ("n", rf"(?<![0-9])(?<![0-9]/){DMY}(?![0-9])(?!-{LETTER})"),
    ("n", rf"(?<![0-9])(?<![0-9]-)[0-9]{{1,2}}-[0-9]{{1,2}}-{YEAR}(?!-?[0-9])(?!-{LETTER})"),
    ("n", r"(?<![0-9])(?<![0-9]\.)[0-9]{1,2}\.[0-9]{1,2}\.(?:19|20)[0-9]{2}(?!\.?[0-9])"),
    ("n", r"(?<![0-9])(?:19|20)[0-9]{2}(?P<mark>[-/.])[0-9]{1,2}(?P=mark)[0-9]{1,2}(?!-?[0-9])"),
    ("i", rf"(?<![0-9])[0-9]{{1,2}}(?=\s?[-–—]\s?{DMY})"),
    ("l", r"(?=\S{0,40}[0-9])(?!(?:[0-9]{1,4}\s?)?s\s?/\s?d)\w[\w.-]{0,39}(?:\s?/\s?[\w.-]{1,40}){1,8}"),
    ("T", r"[0-9]{1,2}[.:][0-9]{2}(?:[.:][0-9]{2})?(?![0-9])(?:\s?wi(?:b|ta|t)\b)?"),
    ("z", r"\+[0-9]{1,3}[ -]?[0-9]{2,4}(?:[ -]?[0-9]{3,5}){1,3}|\b0[0-9]{2,3}[ -][0-9]{3,4}[ -][0-9]{3,5}"),
    ("z", r"[0-9]{8} [0-9]{6} [0-9] [0-9]{3}|[0-9]{1,9}(?:[.,][0-9]{1,9})?\s?%|[0-9]{1,3}(?:\.[0-9]{3})+"),
    ("q", r"[0-9]{1,9}[.,][0-9]{1,9}"),
    ("y", r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])"),
    ("i", r"(?<![0-9])[0-9]{1,2}(?![0-9])(?:(?:st|nd|rd|th)\b)?"),
    ("q", r"[0-9]+"),
    ("U", rf"s\s?/\s?d(?!{LETTER})\.?|\bs\.\s?d(?!{LETTER})\.?|\bsd\."
          rf"|\b(?:sampai|hingga)(?:\s+d(?:e?n)?ga?n)+(?!{LETTER})"
          r"|\bup to(?: and including)?\b|\b(?:di|mem)?perpanjang\s+(?:ke|jadi|menjadi)\b"),
    ("r", r"\bhari\s+ini\b|\bthe day after tomorrow\b|\bbesok\s+lusa\b"),
    ("L", r"\b(?:tidak|tak|tdk)\s+(?:lagi\s+)?berlaku\b(?!\s+(?:bagi|untuk|utk|pada|di|terhadap|kepada)\b)"
          r"|\bno longer (?:valid|in (?:effect|force)|appl(?:y|ies))\b"),
    ("Q", rf"\b(?:tidak|tak|tdk|bukan|no|not)\s(?:{LETTER}+\s){{0,2}}{REGIME}|\bno longer\b"
          rf"|\bseperti\s+(?:biasa|semula)\b|\b(?:tidak|tak|tdk)\s+(?:lagi\s+)?berlaku\b"
          rf"|\b(?:tidak|tak|tdk|nggak|gak|bukan)\s(?:{LETTER}+\s){{0,4}}lagi\b|\b(?:tidak|tak)\s+ada\b"
          rf"|\bkembali\s+{OFFICE}\b|\b{OFFICE}\s(?:{LETTER}+\s){{0,2}}(?:kembali|lagi)\b|\bback\s(?:to|in|at)\b"),
    ("Q", r"\b(?:sudah|telah)\s+(?:tidak|tak)\b|\b(?:tidak|tak)\s+(?:perlu|wajib|diperlukan|diwajibkan)\b"),
    ("V", r"\b(?:beberapa|several|few)\s+(?:hari|minggu|pekan|bulan|days|weeks|months)\b|\bimmediately\b"),
    ("F", r"\bas\s+of\b|\b(?:took|takes?|taking|comes?|came|goes?|went|coming|going)\s+(?:into\s+)?(?:effect|force)\b"),
    ("k", r"\b(?:will|would|may|could|can|to)\s+last\b|\blast(?:s|ed|ing)\b"),
    ("X", r"\b(?:extend(?:ed|s|ing)?|prolonged)\s+by\b"),
    ("x", r"\b(?:according|due(?!\s+to\s+(?:end|expire|finish))|subject|related|prior|response|regard|thanks)\s+to\b"),
    ("o", r"\byang\s+(?:seharusnya|semestinya|sedianya)\s+(?=berakhir|habis|selesai)"),
    ("j", r"(?<=\w)-(?=(?:day|week|month|year|hari|minggu|pekan|bulan)s?\b)"),
    ("&", r"&"),
    ("u", r"\b(?:hari|hr)\s+kerja\b|\b(?:working|business|work)\s+days?\b"),
    ("i", rf"\b(?:{ONE})\s+(?:belas|puluh(?:\s+(?:{ONE}))?)\b|\ba(?=\s(?:day|week|month|year)\b)"),
    ("A", r"\bke-?(?=[0-9])"),
    ("w", r"\bjum['’`]at\b"),
    ("k", r"\bu(?:n)?tu?k\b"),
    ("~", r"\bbe?lu?m\b|\bat the latest\b"),
    ("word", rf"(?<!{LETTER})(?:{'|'.join(sorted(KIND_OF, key=len, reverse=True))})(?!{LETTER})(?:\.(?=\s?[0-9]))?"),
    ("x", rf"{LETTER}\w*(?:[-'’.]\w+)*"),
    (".", r"[.;!?](?=\s|$)|\n\s*\n"),
    (",", r"[,:()\[\]\"“”]"),
    ("-", r"[-–—−]"),
)  # fmt: skip
SCANNER = re.compile("|".join(f"(?P<k{place}>{pattern})" for place, (_, pattern) in enumerate(SCAN)), re.IGNORECASE)


def pieces_of(text: str) -> list[Piece]:
    """The words, numbers and marks of the text in their order, each with its kind; fillers and marks in a row are one.

    That keeps the patterns over kinds, which may start at any filler, from trying a long row of them from each place.
    """
    found: list[Piece] = []
    for match in SCANNER.finditer(text):
        piece = _piece(match, SCAN[int((match.lastgroup or "k0")[1:])][0], found)
        if found and piece.kind in ROWS and piece.kind == found[-1].kind:
            piece = replace(found.pop(), end=piece.end)
        found.append(piece)
    return found


def _piece(match: re.Match[str], kind: str, before: list[Piece]) -> Piece:
    word = " ".join(match[0].casefold().rstrip(".").split())
    if kind == "word":
        kind = KIND_OF.get(word, "x")
    if match[0] == "SD" and (not before or before[-1].kind not in "imynrwg"):
        kind = "S"  # a primary school, or the short "sampai dengan" in capitals
    value = _number(word) if kind == "i" else _value(kind, word)
    return Piece(kind, match.start(), match.end(), match[0], value, unit=_unit(kind, word))


def _value(kind: str, word: str) -> int:
    if kind == "r":
        return RELATIVE.get(word, 0 if word == "hari ini" else 2)
    if kind == "w":
        return WEEKDAYS.get(word, WEEKDAYS["jumat"])
    return int(word) if kind == "y" else VALUE_OF.get(word, 0)


def _number(word: str) -> int:
    """Digits with or without an ordinal's ending, or the words of a number up to ninety-nine."""
    if digits := re.match("[0-9]+", word):
        return int(digits[0])
    first, *rest = word.split()
    if not rest:
        return NUMBERS.get(first, 1)
    return ONES[first] + 10 if rest[0] == "belas" else ONES[first] * 10 + sum(ONES[one] for one in rest[1:])


def _unit(kind: str, word: str) -> Unit | None:
    if kind == "u" and " " in word:
        return Unit.WORKING_DAY
    return UNITS.get(word.rstrip("."))
