'use strict';
/* What the page holds, how numbers are written, and small helpers. All text reaches the page by
   textContent, never as markup. */
const page = JSON.parse(document.getElementById('data').textContent);
const P = page.points;
const COUNT = P.label ? P.label.length : 0;
const SCALE = page.metric.proportion ? 100 : 1;
const STATES = ['complete', 'pruned', 'under way'];

const fixed = (value, digits) => value.toFixed(digits).replace('-', '\u2212');
const bare = value => page.metric.proportion ? fixed(value * 100, 2)
  : String(Number(value.toPrecision(4))).replace('-', '\u2212');
const percent = page.metric.proportion ? '\u00a0%' : '';
const valueText = (value, low, high) => `${bare(value)}${percent} [${bare(low)}, ${bare(high)}]`;
const signed = value => (value > 0 ? '+' : '') + bare(value);
const differenceText = (value, low, high) => `${signed(value)} [${signed(low)}, ${signed(high)}]`;
const count = value => value.toLocaleString('en-US');

function element(tag, text, attributes) {
  const made = document.createElement(tag);
  if (text !== undefined && text !== null) made.textContent = text;
  for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
  return made;
}

function tip(title, lines) {
  const box = element('div', null, { class: 'tip' });
  box.append(element('b', title));
  for (const line of lines) box.append(element('div', line));
  return box;
}

function pointTip(i, more) {
  return tip(P.label[i], [
    `validation ${valueText(P.value[i], P.low[i], P.high[i])}`,
    `difference ${differenceText(P.difference[i], P.differenceLow[i], P.differenceHigh[i])}`,
    `n ${count(P.examples[i])}${P.state[i] ? ', ' + STATES[P.state[i]] : ''}`,
    ...(P.fit[i] === null ? [] : [`fit ${Number(P.fit[i].toPrecision(4))}`]),
    ...(more || [])
  ]);
}

const colour = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();

/* Colour by method, shape by kind: a shape tells them apart where a colour does not. */
const METHODS = { CP: 'cp', Tucker: 'tucker', SVD: 'svd' };
const SHAPES = { TRAWL: 'circle', LASER: 'diamond', CONTROL: 'triangle', COMPOSED: 'rect' };

function seriesColour(name) {
  if (name.endsWith('(Control)')) return colour('control');
  const method = name.split(' (')[0];
  if (METHODS[method]) return colour(METHODS[method]);
  const others = [...new Set((P.seriesNames || []).map(n => n.split(' (')[0]).filter(n => !METHODS[n]))];
  return colour('other-' + Math.max(0, others.indexOf(method)) % 3);
}

const shapeOf = i => SHAPES[P.kinds[P.kind[i]]] || 'circle';

function select(parent, label, options, chosen, changed) {
  const wrap = element('label', label);
  const box = element('select');
  options.forEach((text, value) => box.append(new Option(text, value, value === chosen, value === chosen)));
  box.addEventListener('change', () => changed(Number(box.value)));
  wrap.append(box);
  parent.append(wrap);
}

function check(parent, label, changed) {
  const wrap = element('label', null, { class: 'check' });
  const box = element('input', null, { type: 'checkbox' });
  box.addEventListener('change', () => changed(box.checked));
  wrap.append(box, label);
  parent.append(wrap);
}
