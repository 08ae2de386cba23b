"""Values in, readable bytes out: each module takes a report and gives a mail or a workbook. Nothing is sent here."""
