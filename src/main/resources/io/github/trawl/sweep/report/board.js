/* The leaderboard: sort by a column, filter by text and by the parts of an edit. */
(function () {
  const table = document.getElementById('board');
  if (!table || !COUNT) return;
  const body = table.tBodies[0];
  const rows = [...body.querySelectorAll('tr[data-i]')];
  const index = row => Number(row.dataset.i);
  const place = new Map(rows.map((row, at) => [row, at]));
  const shown = document.getElementById('shown');
  const form = document.getElementById('filters');
  const wanted = { text: '', series: 0, layers: 0, matrices: 0, state: 0 };

  const compareEdits = (a, b) => P.kind[a] - P.kind[b] || P.layers[a] - P.layers[b] || P.matrices[a] - P.matrices[b]
    || P.series[a] - P.series[b] || P.rank[a] - P.rank[b] || P.seed[a] - P.seed[b];

  function sort(button) {
    const header = button.parentElement;
    const key = button.dataset.key;
    const best = page.metric.higherIsBetter ? 'descending' : 'ascending';
    const first = ['value', 'difference', 'test', 'testDifference'].includes(key) ? best : 'ascending';
    const now = header.getAttribute('aria-sort');
    const order = now === 'none' ? first : now === 'ascending' ? 'descending' : 'ascending';
    table.querySelectorAll('th[aria-sort]').forEach(other => other.setAttribute('aria-sort', 'none'));
    header.setAttribute('aria-sort', order);
    const sign = order === 'ascending' ? 1 : -1;
    rows.sort((one, other) => {
      if (key === 'place') return sign * (place.get(one) - place.get(other));
      const a = index(one);
      const b = index(other);
      if (key === 'edit') return sign * compareEdits(a, b) || place.get(one) - place.get(other);
      const x = P[key][a];
      const y = P[key][b];
      if (x === null || y === null) return (x === null) - (y === null) || place.get(one) - place.get(other);
      return sign * (x - y) || place.get(one) - place.get(other);
    });
    body.append(...rows);
  }

  function filter() {
    let visible = 0;
    for (const row of rows) {
      const i = index(row);
      const keep = P.label[i].toLowerCase().includes(wanted.text)
        && ['series', 'layers', 'matrices', 'state'].every(name => !wanted[name] || P[name][i] === wanted[name] - 1);
      row.hidden = !keep;
      visible += keep ? 1 : 0;
    }
    shown.textContent = `${count(visible)} of ${count(rows.length)} points shown.`;
  }

  function choice(label, name, texts) {
    if (texts.length < 2) return;
    select(form, label, ['all', ...texts], 0, value => { wanted[name] = value; filter(); });
  }

  table.querySelectorAll('th button').forEach(button => button.addEventListener('click', () => sort(button)));
  const search = element('input', null, { type: 'search' });
  const wrap = element('label', 'Find');
  wrap.append(search);
  form.append(wrap);
  search.addEventListener('input', () => { wanted.text = search.value.trim().toLowerCase(); filter(); });
  form.addEventListener('submit', event => event.preventDefault());
  choice('Method', 'series', P.seriesNames);
  choice('Layers', 'layers', P.layersNames);
  choice('Matrices', 'matrices', P.matricesNames);
  if (new Set(P.state).size > 1) choice('State', 'state', STATES);
  form.hidden = false;
  filter();
})();
