/* One state at a time, and no report thrown away before its receipt. Sentences live in checkin.html or come from the
   server, as textContent. ES2017 and XMLHttpRequest: an old Chrome lacks AbortController. */
(function () {
  'use strict';

  const LANG = document.documentElement.lang;
  const TOKEN = /^[a-z2-7]{26}$/;
  const GOOD_ENOUGH_M = 50;
  const SAMPLE_MS = 10000;
  const LIMIT_MS = 20000;
  const PROMPT_HINT_MS = 10000;
  const ANSWER_MS = 30000;
  const STALE_MS = 30 * 60000;
  const WAITS_S = [5, 10, 20, 40, 60];
  const PENDING = 'hadir.pending';
  const LAST = 'hadir.last.';

  let token = '';
  let state = '';
  let freshAt = 0;
  let search = null;
  let unlocated = null;
  let unkept = [];
  const settled = {};
  let delivering = false;
  let attempts = 0;
  let ticking = 0;

  const byId = (id) => document.getElementById(id);
  const on = (id, event, act) => byId(id).addEventListener(event, act);
  const fill = (text, values) => text.replace(/{(\w+)}/g, (_, key) => values[key]);

  function show(name) {
    if (state === name) return;
    state = name;
    document.querySelectorAll('main > section').forEach((section) => { section.hidden = section.id !== name; });
    window.scrollTo(0, 0);
    byId(name).querySelector('h1').focus();
  }

  function showWhen(section, reasons) {
    byId(section).querySelectorAll('[data-when]').forEach((element) => {
      element.hidden = reasons.indexOf(element.dataset.when) < 0;
    });
  }

  function paragraphs(box, lines) {
    box.textContent = '';
    (lines || []).forEach((line) => { box.appendChild(document.createElement('p')).textContent = line; });
  }

  function tell(name, words) {
    const section = byId(name);
    if (words && words.title) section.querySelector('[data-words=title]').textContent = words.title;
    paragraphs(section.querySelector('[data-words=lines]'), words && words.lines);
    show(name);
  }

  function post(path, body) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open('POST', path);
      request.setRequestHeader('Content-Type', 'application/json');
      request.timeout = ANSWER_MS;
      request.onloadend = () => resolve({ status: request.status, answer: parsed(request.responseText) || {} });
      request.send(JSON.stringify(body));
    });
  }

  function parsed(text) {
    try { return JSON.parse(text); } catch (notJson) { return null; }
  }

  // A Wi-Fi login page answers 200 and a gateway 403: only our own key settles anything.
  const isReceipt = (reply) => reply.status < 300 && !!reply.answer.receipt;
  const isRefusal = (reply) => reply.status >= 400 && reply.status < 500 && reply.status !== 429 && !!reply.answer.refusal;

  // What waits for a receipt: localStorage, or memory where a private window refuses it.
  function stored() {
    try { return [].concat(parsed(localStorage.getItem(PENDING))).filter((body) => body && body.id); } catch (refused) { return []; }
  }

  function store(bodies) {
    try { localStorage.setItem(PENDING, JSON.stringify(bodies)); return true; } catch (refused) { return false; }
  }

  // Reopened without a token, whatever waits may go: its own token travels in the body.
  const waiting = () => stored().concat(unkept).filter((body) => !settled[body.id] && (!token || body.token === token));

  function keep(body) {
    if (!store(stored().concat(body))) unkept.push(body);
  }

  function drop(body) {
    settled[body.id] = true; // even if a full storage won't let go of it
    const others = (bodies) => bodies.filter((other) => other.id !== body.id);
    store(others(stored()));
    unkept = others(unkept);
  }

  function remember(body, answer) {
    const last = { receipt: answer.receipt, title: answer.words && answer.words.title, at: answer.recorded_at };
    try { localStorage.setItem(LAST + body.token, JSON.stringify(last)); } catch (refused) { /* no loss */ }
  }

  function recall() {
    let last = null;
    try { last = parsed(localStorage.getItem(LAST + token)); } catch (refused) { /* no loss */ }
    byId('last').hidden = !last;
    if (!last) return;
    const day = new Date(last.at).toLocaleDateString(LANG, { weekday: 'long', day: 'numeric', month: 'long' });
    byId('last-receipt').textContent = last.receipt;
    byId('last-when').textContent = '· ' + day + ' · ' + (last.title || '');
  }

  function read(typed) {
    const letters = typed.slice(typed.lastIndexOf('#') + 1).toLowerCase().replace(/[^a-z0-9]/g, '');
    const code = letters.replace(/0/g, 'o').replace(/1/g, 'l').replace(/8/g, 'b');
    return TOKEN.test(code) ? code : '';
  }

  function start() {
    token = read(location.hash);
    byId('language').hash = token;
    if (waiting().length) {
      showPending();
      deliver();
    } else if (token) {
      begin();
    } else {
      show('code');
    }
  }

  function begin() {
    byId('person').hidden = byId('greeting').hidden = true;
    byId('extra').reset();
    recall();
    show('ready');
    greet();
  }

  async function greet() {
    const asked = token;
    freshAt = Date.now();
    const reply = await post('api/links', { token: token, lang: LANG });
    if (asked !== token || state !== 'ready') return;
    if (isRefusal(reply)) tell('refused', reply.answer.words);
    else if (reply.status === 200 && reply.answer.name) welcome(reply.answer);
  }

  function welcome(answer) {
    const words = answer.words || {};
    byId('name').textContent = answer.name;
    byId('unit').textContent = answer.unit || '';
    byId('person').hidden = false;
    paragraphs(byId('greeting'), [words.title].concat(words.lines || []).filter(Boolean));
    byId('greeting').hidden = !byId('greeting').firstChild;
  }

  function enter(event) {
    event.preventDefault();
    const code = read(byId('code-input').value);
    byId('code-error').hidden = !!code;
    byId('code-input').setAttribute('aria-invalid', String(!code));
    if (!code) { byId('code-input').focus(); return; }
    history.replaceState(null, '', '#' + code);
    start();
  }

  function retype() {
    token = '';
    byId('code-input').value = '';
    show('code');
  }

  function locate() {
    if (!window.isSecureContext) { explain('insecure'); return; }
    if (!navigator.geolocation) { explain('unsupported'); return; }
    search = { best: null, reason: 'timeout', startedAt: 0, timers: [] };
    byId('asking-long').hidden = true;
    show('asking');
    search.timers.push(setTimeout(() => { byId('asking-long').hidden = false; }, PROMPT_HINT_MS));
    const options = { enableHighAccuracy: true, maximumAge: 0, timeout: LIMIT_MS };
    search.watch = navigator.geolocation.watchPosition(heed.bind(null, search), fail.bind(null, search), options);
    awaitPermission(search);
  }

  // The clock starts when permission is given: reading the prompt must not eat the time for the position.
  function awaitPermission(mine) {
    if (!navigator.permissions) return;
    navigator.permissions.query({ name: 'geolocation' }).then((permission) => {
      const check = () => { if (permission.state === 'granted') run(mine); };
      permission.onchange = check;
      check();
    }, () => { /* the first fix will tell */ });
  }

  function run(mine) {
    if (mine !== search || mine.startedAt) return;
    mine.startedAt = Date.now();
    byId('progress').value = 0;
    byId('accuracy').textContent = byId('accuracy').dataset.none;
    show('locating');
    mine.timers.push(setInterval(() => { byId('progress').value = (Date.now() - mine.startedAt) / 1000; }, 500));
    mine.timers.push(setTimeout(() => { if (mine.best || mine.reason === 'unavailable') finish(mine); }, SAMPLE_MS));
    mine.timers.push(setTimeout(() => finish(mine), LIMIT_MS));
  }

  function heed(mine, fix) {
    if (mine !== search) return;
    run(mine);
    const metres = fix.coords.accuracy;
    if (!mine.best || metres < mine.best.accuracy_m) {
      mine.best = { lat: fix.coords.latitude, lon: fix.coords.longitude, accuracy_m: metres, fixed_at: fix.timestamp };
      const shown = Math.ceil(metres).toLocaleString(LANG);
      byId('accuracy').textContent = fill(byId('accuracy').dataset.some, { metres: shown });
    }
    if (metres <= GOOD_ENOUGH_M || Date.now() - mine.startedAt >= SAMPLE_MS) finish(mine);
  }

  function fail(mine, error) {
    if (mine !== search) return;
    if (error.code === 1) { mine.reason = 'denied'; finish(mine); return; }
    mine.reason = error.code === 2 ? 'unavailable' : 'timeout';
    run(mine);
  }

  function finish(mine) {
    if (!mine || mine !== search) return;
    navigator.geolocation.clearWatch(mine.watch);
    mine.timers.forEach((timer) => { clearTimeout(timer); clearInterval(timer); });
    search = null;
    if (mine.best) report(mine.best, null);
    else explain(mine.reason);
  }

  function explain(reason) {
    const agent = navigator.userAgent;
    const inApp = /; wv\)|FBA[NV]|Instagram|Line\/|Telegram|WhatsApp/.test(agent) || /iP(hone|ad)(?!.*Safari\/)/.test(agent);
    const likely = inApp || !window.isSecureContext ? 'inapp' : /iP(hone|ad|od)/.test(agent) ? 'ios' : 'android';
    ['android', 'ios', 'inapp'].forEach((help) => { byId('help-' + help).open = help === likely && reason !== 'timeout'; });
    unlocated = reason;
    byId('link').value = location.href;
    showWhen('unlocated', [reason]);
    show('unlocated');
  }

  function copyLink() {
    byId('link').select();
    if (document.execCommand('copy')) byId('copied').textContent = byId('copied').dataset.done;
  }

  function uuid() {
    return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, (place) => {
      const nibble = crypto.getRandomValues(new Uint8Array(1))[0] & 15;
      return (place === 'x' ? nibble : nibble & 3 | 8).toString(16);
    });
  }

  function report(position, reason) {
    const activity = byId('activity').value.trim();
    const errand = byId('extra').querySelector('[name=errand]:checked').value;
    const body = { token: token, id: uuid(), position: position, no_position: reason, errand: errand || null };
    if (activity) body.activity = activity;
    keep(Object.assign(body, { device_at: Date.now(), lang: LANG }));
    attempts = 0;
    show('sending');
    deliver();
  }

  // The same body and id until the server's word: an answer lost is not a second report.
  async function deliver() {
    if (delivering) return;
    delivering = true;
    clearInterval(ticking);
    byId('wait').textContent = byId('wait').dataset.trying;
    let answered = true;
    for (let next; answered && (next = waiting()[0]);) answered = settle(next, await post('api/checkins', next));
    delivering = false;
    if (!answered) postpone();
    else if (state === 'pending' || state === 'sending') start(); // another tab has delivered it
  }

  function settle(body, reply) {
    if (!isReceipt(reply) && !isRefusal(reply)) return false;
    drop(body);
    freshAt = Date.now();
    if (isRefusal(reply)) { tell('refused', reply.answer.words); return true; }
    remember(body, reply.answer);
    byId('receipt').textContent = reply.answer.receipt;
    byId('mark').className = reply.answer.mark === 'ok' ? 'panel' : 'panel heed';
    tell('received', reply.answer.words);
    return true;
  }

  function showPending() {
    showWhen('pending', [navigator.onLine ? 'unanswered' : 'offline', unkept.length ? 'unkept' : 'kept']);
    show('pending');
  }

  function postpone() {
    const base = WAITS_S[Math.min(attempts, WAITS_S.length - 1)];
    attempts += 1;
    showPending();
    // Half is chance: a town whose signal returns must not knock in the same second.
    tick(Date.now() + base * (500 + Math.random() * 500));
  }

  function tick(dueAt) {
    const step = () => {
      const seconds = Math.ceil((dueAt - Date.now()) / 1000);
      if (seconds <= 0) deliver();
      else byId('wait').textContent = fill(byId('wait').dataset.waiting, { seconds: seconds });
    };
    clearInterval(ticking);
    ticking = setInterval(step, 1000);
    step();
  }

  // The morning's receipt must not pass for the noon's on a page left open.
  function wake() {
    if (document.visibilityState !== 'visible') return;
    if (waiting().length && state === 'pending') deliver();
    else if (Date.now() - freshAt < STALE_MS) return;
    else if (state === 'received') begin();
    else if (state === 'ready') greet();
  }

  on('code-form', 'submit', enter);
  on('extra', 'submit', (event) => event.preventDefault());
  on('report', 'click', () => { if (state === 'ready') locate(); });
  on('skip', 'click', () => finish(search));
  on('retry', 'click', locate);
  on('without', 'click', () => { if (state === 'unlocated') report(null, unlocated); });
  on('copy', 'click', copyLink);
  on('resend', 'click', deliver);
  on('again', 'click', begin);
  on('retype', 'click', retype);
  window.addEventListener('hashchange', () => location.reload()); // another person's link in the same tab
  window.addEventListener('online', wake);
  document.addEventListener('visibilitychange', wake);
  start();
})();
