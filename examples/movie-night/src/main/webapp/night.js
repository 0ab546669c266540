// Rooms and ratings; what others say comes over server-sent events.
const $ = id => document.getElementById(id);

async function ask(path, options = {}) {
  const answer = await fetch('api/' + path, {headers: {'Content-Type': 'application/json'}, ...options});
  const text = await answer.text();
  const body = text ? JSON.parse(text) : null;
  if (!answer.ok) {
    const errors = (body?.errors ?? []).map(error => `${error.pointer.slice(1)} ${error.detail}`);
    throw new Error([body?.detail ?? answer.statusText, ...errors].join(' '));
  }
  return body;
}

function said(problem, work) {
  $(problem).textContent = '';
  return work().catch(error => { $(problem).textContent = error.message; });
}

// ---- the lobby

async function lobby() {
  const rooms = Object.entries(await ask('rooms'));
  $('no-rooms').hidden = rooms.length > 0;
  $('rooms').replaceChildren(...rooms.map(([id, room]) => {
    const link = document.createElement('a');
    link.href = '#' + encodeURIComponent(id);
    link.append(room.name, Object.assign(document.createElement('span'), {textContent: 'by ' + room.host}));
    const item = document.createElement('li');
    item.append(link);
    return item;
  }));
}

$('open').addEventListener('submit', event => {
  event.preventDefault();
  said('open-problem', async () => {
    const room = {name: $('room-name').value, host: $('host').value};
    const opened = await ask('rooms', {method: 'POST', body: JSON.stringify(room)});
    $('by').value = room.host;
    location.hash = encodeURIComponent(opened.id);
  });
});

// ---- a room

let events = null;
let ratings = new Map(); // film → person → stars

function put({film, by, stars}) {
  if (!ratings.has(film)) ratings.set(film, new Map());
  ratings.get(film).set(by, stars);
}

function show(changed) {
  const average = people => [...people.values()].reduce((sum, stars) => sum + stars, 0) / people.size;
  const rows = [...ratings].sort(([, a], [, b]) => average(b) - average(a)).map(([film, people]) => {
    const row = document.createElement('tr');
    const mean = average(people);
    const who = [...people].map(([by, stars]) => `${by} ${stars}`).join(', ');
    const stars = '★'.repeat(Math.round(mean)) + ' ' + mean.toFixed(1);
    row.append(...[film, stars, who].map(text => Object.assign(document.createElement('td'), {textContent: text})));
    if (film === changed) row.className = 'new';
    return row;
  });
  $('ratings').replaceChildren(...rows);
  $('no-ratings').hidden = rows.length > 0;
}

async function readAll(id) {
  const all = await ask(`rooms/${encodeURIComponent(id)}/ratings`);
  ratings = new Map();
  all.forEach(put);
  show();
}

async function enter(id) {
  const room = await ask('rooms/' + encodeURIComponent(id));
  $('room-title').textContent = room.name;
  events = new EventSource(`api/rooms/${encodeURIComponent(id)}/events`);
  const live = on => {
    $('live').className = on ? 'on' : '';
    $('live').textContent = on ? 'live' : 'connecting…';
  };
  live(false);
  events.addEventListener('ready', () => { live(true); readAll(id); });
  events.addEventListener('resync', () => readAll(id));
  events.addEventListener('rating', event => {
    const rating = JSON.parse(event.data);
    put(rating);
    show(rating.film);
  });
  events.onerror = () => live(false); // the browser connects again by itself
}

$('rate').addEventListener('submit', event => {
  event.preventDefault();
  said('rate-problem', async () => {
    const stars = Number(new FormData(event.target).get('stars'));
    const rating = {film: $('film').value, by: $('by').value, stars};
    await ask(`rooms/${location.hash.slice(1)}/ratings`, {method: 'PUT', body: JSON.stringify(rating)});
    $('film').value = '';
  });
});

$('film').addEventListener('input', async () => {
  const titles = await ask('films?containing=' + encodeURIComponent($('film').value));
  $('films').replaceChildren(...titles.map(title => Object.assign(document.createElement('option'), {value: title})));
});

// ---- which of both

async function go() {
  events?.close();
  const id = decodeURIComponent(location.hash.slice(1));
  $('lobby').hidden = id !== '';
  $('room').hidden = id === '';
  await (id === '' ? lobby() : enter(id)).catch(error => {
    location.hash = '';
    $('open-problem').textContent = error.message;
  });
}

addEventListener('hashchange', go);
go();
ask('health/ready').then(health => {
  $('kept').textContent = [...new Set(health.checks.map(check => check.data.plugin))].join(' and ');
});
