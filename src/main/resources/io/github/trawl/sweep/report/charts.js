/* One function for each chart: it gets its data, its box and the width, and returns ECharts' option. */
(function () {
  const state = {};
  const scaled = value => value * SCALE;
  const unit = page.metric.proportion ? ' (%)' : '';
  const points = page.metric.proportion ? ' (points)' : '';
  const hollow = i => P.state[i] !== 0;
  const mark = i => ({
    symbol: shapeOf(i),
    itemStyle: hollow(i) ? { color: colour('card'), borderColor: seriesColour(seriesName(i)), borderWidth: 1.5 } : undefined
  });
  const seriesName = i => P.seriesNames[P.series[i]];

  function axis(name, more) {
    return Object.assign({
      type: 'value', scale: true, name, nameLocation: 'middle', nameTextStyle: { color: colour('soft'), fontSize: 12 },
      axisLabel: { color: colour('soft'), hideOverlap: true }, axisLine: { show: true, onZero: false, lineStyle: { color: colour('soft') } },
      splitLine: { lineStyle: { color: colour('grid') } }
    }, more);
  }
  const xAxis = (name, more) => axis(name, Object.assign({ nameGap: 28 }, more));
  const yAxis = (name, more) => axis(name, Object.assign({ nameGap: 44 }, more));

  /* A whisker with caps, from a data item [x, low, high] or, flat, [y, low, high]. */
  function whiskers(name, data, stroke, more) {
    const flat = more && more.flat;
    return {
      type: 'custom', name, data, silent: true, tooltip: { show: false }, z: 1, clip: true, itemStyle: { color: stroke },
      encode: flat ? { x: [1, 2], y: 0 } : { x: 0, y: [1, 2] },
      renderItem(params, api) {
        const ends = [1, 2].map(k => flat ? api.coord([api.value(k), api.value(0)]) : api.coord([api.value(0), api.value(k)]));
        const cap = more && more.cap !== undefined ? more.cap : 4;
        const line = (x1, y1, x2, y2) => ({ type: 'line', shape: { x1, y1, x2, y2 },
          style: { stroke, lineWidth: more && more.width || 1.4, opacity: more && more.opacity || 1 } });
        const [a, b] = ends;
        const children = [line(a[0], a[1], b[0], b[1])];
        if (cap) for (const e of ends) children.push(flat ? line(e[0], e[1] - cap, e[0], e[1] + cap) : line(e[0] - cap, e[1], e[0] + cap, e[1]));
        return { type: 'group', children };
      }
    };
  }

  /* The unmodified model: a dashed line and the band of its interval. */
  function unmodifiedLine(roomy) {
    if (!page.unmodified) return {};
    const score = page.unmodified.validation;
    return {
      markLine: { silent: true, symbol: 'none', lineStyle: { color: colour('mark'), type: 'dashed', width: 1.5 },
        label: { show: roomy, formatter: 'unmodified', position: 'end', color: colour('ink') },
        data: [{ yAxis: scaled(score.value) }] },
      markArea: { silent: true, itemStyle: { color: colour('control'), opacity: 0.18 },
        data: [[{ yAxis: scaled(score.low) }, { yAxis: scaled(score.high) }]] }
    };
  }

  const legend = more => Object.assign({ top: 0, left: 0, right: 0, textStyle: { color: colour('ink') },
    inactiveColor: colour('soft'), itemGap: 12, itemWidth: 22, itemHeight: 11 }, more);

  /* Two points that nobody sees: an axis reaches as far as its points, and a line or band is none. */
  function unmodifiedReach(x) {
    if (!page.unmodified) return [];
    const score = page.unmodified.validation;
    return [{ type: 'scatter', silent: true, symbolSize: 0, tooltip: { show: false }, data: [[x, scaled(score.low)], [x, scaled(score.high)]] }];
  }

  /* A legend wraps where the width ends; the room that it takes is estimated. */
  function legendHeight(names, width) {
    let lines = 1;
    let used = 0;
    for (const name of names) {
      const item = 44 + name.length * 7;
      if (used && used + item > width) {
        lines++;
        used = 0;
      }
      used += item;
    }
    return 20 + lines * 22;
  }

  /* Ranks lie on a logarithmic scale, with a tick at ranks that exist and don't touch each other. */
  function rankAxis(ranks, width) {
    const logs = ranks.map(Math.log2);
    const least = Math.min(...logs);
    const most = Math.max(...logs);
    const pad = Math.max(0.2, (most - least) * 0.04);
    const perUnit = width / (most - least + 2 * pad);
    const ticks = [];
    for (const at of logs) {
      if (!ticks.length || (at - ticks[ticks.length - 1]) * perUnit > 34) ticks.push(at);
    }
    return { perUnit, option: xAxis('rank (logarithmic)', { min: least - pad, max: most + pad,
      axisTick: { customValues: ticks }, splitLine: { show: false },
      axisLabel: { color: colour('soft'), customValues: ticks, formatter: value => String(Math.round(2 ** value)) } }) };
  }

  const draw = {};

  draw.rank = (data, controls, width) => {
    const groups = data.groups;
    const layersHere = [...new Set(groups.map(g => P.layers[g.middle]))];
    const bestLayers = page.best >= 0 && layersHere.includes(P.layers[page.best]) ? layersHere.indexOf(P.layers[page.best]) : layersHere.length - 1;
    const chosen = state.rank || (state.rank = { layers: bestLayers, matrices: -1, near: false });
    const ofLayers = groups.filter(g => P.layers[g.middle] === layersHere[chosen.layers]);
    const matricesHere = [...new Set(ofLayers.map(g => P.matrices[g.middle]))];
    if (controls) {
      select(controls, 'Layers', layersHere.map(l => P.layersNames[l]), chosen.layers, value => { chosen.layers = value; chosen.matrices = -1; redraw('rank', true); });
      if (matricesHere.length > 1) select(controls, 'Matrices', ['all', ...matricesHere.map(m => P.matricesNames[m])], chosen.matrices + 1,
        value => { chosen.matrices = value - 1; redraw('rank'); });
      if (page.unmodified) check(controls, 'only near the unmodified model', value => { chosen.near = value; redraw('rank'); });
    }
    const visible = ofLayers.filter(g => chosen.matrices < 0 || P.matrices[g.middle] === matricesHere[chosen.matrices]);
    const lines = new Map();
    for (const group of visible) {
      const name = `${P.matricesNames[P.matrices[group.middle]]} \u00b7 ${seriesName(group.middle)}`;
      if (!lines.has(name)) lines.set(name, []);
      lines.get(name).push(group);
    }
    const ranks = [...new Set(visible.map(g => P.rank[g.middle]))].sort((a, b) => a - b);
    const { perUnit, option: x } = rankAxis(ranks, width - (width > 500 ? 150 : 78));
    const series = [];
    const all = [...lines];
    const room = Math.min(14, perUnit * Math.min(4, ...ranks.slice(1).map((r, i) => Math.log2(r / ranks[i]))) / (all.length || 1) * 0.8);
    all.forEach(([name, members], k) => {
      const stroke = seriesColour(seriesName(members[0].middle));
      const dash = ['solid', 'dashed', 'dotted'][matricesHere.indexOf(P.matrices[members[0].middle]) % 3];
      const at = (group, more) => Math.log2(P.rank[group.middle]) + ((k - (all.length - 1) / 2) * room + (more || 0)) / perUnit;
      const beside = Math.min(5, room / 2.4);
      series.push(Object.assign({ type: 'line', name, z: 4, symbol: shapeOf(members[0].middle), symbolSize: 8, lineStyle: { color: stroke, width: 2, type: dash }, itemStyle: { color: stroke },
        data: members.map(g => Object.assign({ value: [at(g), scaled(P.value[g.middle])], group: g }, mark(g.middle))) }, k ? {} : unmodifiedLine(width > 500)));
      series.push(whiskers(name, members.map(g => [at(g), scaled(P.low[g.middle]), scaled(P.high[g.middle])]), stroke, { cap: Math.min(4, room / 3) }));
      const several = members.filter(g => g.members.length > 1);
      if (!several.length) return;
      series.push(whiskers(name, several.map(g => {
        const values = g.members.map(i => scaled(P.value[i]));
        return [at(g, beside), Math.min(...values), Math.max(...values)];
      }), stroke, { cap: 0, width: Math.max(2, Math.min(5, room / 2.5)), opacity: 0.35 }));
      series.push({ type: 'scatter', name, z: 3, symbolSize: Math.max(3, Math.min(5, room / 2)), itemStyle: { color: stroke, opacity: 0.8 },
        data: several.flatMap(g => g.members.map(i => Object.assign({ value: [at(g, beside), scaled(P.value[i])], point: i }, mark(i)))) });
    });
    series.push(...unmodifiedReach(Math.log2(ranks[0])));
    const y = yAxis('validation ' + page.metric.name + unit);
    if (chosen.near && page.unmodified) {
      const score = page.unmodified.validation;
      const reach = 4 * scaled(score.high - score.low) / 2;
      y.min = Number((scaled(score.value) - reach).toPrecision(3));
      y.max = Number((scaled(score.value) + reach).toPrecision(3));
    }
    const names = all.map(entry => entry[0]);
    return { height: 340 + legendHeight(names, width), grid: { left: 62, right: width > 500 ? 88 : 16, top: legendHeight(names, width), bottom: 46 }, legend: legend({ data: names }), xAxis: x, yAxis: y, series,
      tooltip: { formatter: item => item.data.group ? groupTip(item.data.group) : pointTip(item.data.point) } };
  };

  function groupTip(group) {
    const values = group.members.map(i => P.difference[i]);
    return pointTip(group.middle, group.members.length > 1
      ? [`middle of ${group.members.length} seeds: ${signed(Math.min(...values))} \u2026 ${signed(Math.max(...values))}`] : ['only one seed']);
  }

  function mix(a, b, share) {
    const parse = text => [1, 3, 5].map(at => parseInt(text.slice(at, at + 2), 16));
    const [from, to] = [parse(a), parse(b)];
    return '#' + from.map((v, i) => Math.round(v + (to[i] - v) * share).toString(16).padStart(2, '0')).join('');
  }

  function luminance(hex) {
    const [r, g, b] = [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16) / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }
  const inkOn = hex => luminance(hex) > 0.18 ? '#111820' : '#ffffff';

  draw.heat = (data, controls, width) => {
    const maps = data.maps;
    const bestMap = maps.findIndex(map => map.cells.some(c => c[2] === page.best || c[6] === page.best || c[5] === page.best));
    const chosen = state.heat || (state.heat = { map: Math.max(0, bestMap) });
    const map = maps[chosen.map];
    if (controls && maps.length > 1) select(controls, 'Matrices and method', maps.map(m => m.name), chosen.map, value => { chosen.map = value; redraw('heat'); });
    const real = maps.flatMap(m => m.cells).filter(c => c[3] < 2).map(c => Math.abs(scaled(P.difference[c[2]]))).sort((a, b) => a - b);
    const reach = real.length ? Number(Math.max(real[Math.floor((real.length - 1) * (real.length > 10 ? 0.8 : 1))], 1e-9).toPrecision(2)) : 1;
    const stops = ['low', 'low-mid', 'zero', 'high-mid', 'high'].map(colour);
    if (!page.metric.higherIsBetter) stops.reverse();
    const shade = value => {
      const at = (Math.max(-1, Math.min(1, value / reach)) + 1) * 2;
      const from = Math.min(3, Math.floor(at));
      return mix(stops[from], stops[from + 1], at - from);
    };
    const height = map.layers.length * 26 + 120;
    const cellWidth = (width - 90) / map.ranks.length;
    const noise = colour('noise');
    const series = [{
      type: 'custom', name: 'difference', data: map.cells.map(c => ({ value: [c[0], c[1], scaled(P.difference[c[2]])], cell: c })),
      encode: { x: 0, y: 1 },
      renderItem(params, api) {
        const cell = map.cells[params.dataIndex];
        const [x, y] = api.coord([cell[0], cell[1]]);
        const [w, h] = api.size([1, 1]);
        const value = api.value(2);
        const fill = cell[3] < 2 ? shade(value) : noise;
        const box = { x: x - w / 2 + 1, y: y - h / 2 + 1, width: Math.max(1, w - 2), height: Math.max(1, h - 2) };
        const children = [{ type: 'rect', shape: box, style: { fill } }];
        if (cell[3] === 3) {
          const r = Math.min(box.width, box.height) / 2 - 3;
          for (const s of [1, -1]) children.push({ type: 'line', shape: { x1: x - r, y1: y - s * r, x2: x + r, y2: y + s * r }, style: { stroke: colour('soft'), lineWidth: 1, opacity: 0.45 } });
        }
        if (w >= 38) children.push({ type: 'text', style: { text: signed(P.difference[cell[2]]), x, y, align: 'center', verticalAlign: 'middle', fontSize: 11, fill: inkOn(fill) } });
        return { type: 'group', children };
      }
    }];
    const category = names => ({ type: 'category', data: names, axisTick: { show: false }, axisLine: { show: false }, splitLine: { show: false } });
    return { height, grid: { left: 74, right: 12, top: 8, bottom: 96 },
      xAxis: Object.assign(xAxis('rank'), category(map.ranks.map(String))),
      yAxis: Object.assign(yAxis(''), category(map.layers), { axisLabel: { color: colour('soft'), interval: 0 } }),
      visualMap: { min: -reach, max: reach, dimension: 2, seriesIndex: [], orient: 'horizontal', left: 'center', bottom: 0, itemWidth: 14, itemHeight: Math.min(220, width * 0.4),
        inRange: { color: stops }, text: [`+${reach}${points}`, `\u2212${reach}`], textStyle: { color: colour('ink') }, precision: 2 },
      series,
      tooltip: { formatter: item => {
        const c = item.data.cell;
        return pointTip(c[2], [['differs from the unmodified model', 'differs from the unmodified model', 'noise: the interval holds 0', 'noise: seeds disagree'][c[3]],
          c[4] > 1 ? `middle of ${c[4]} seeds: ${signed(P.difference[c[5]])} \u2026 ${signed(P.difference[c[6]])}` : 'only one seed']);
      } } };
  };

  /* Scatter series, one for each method and kind, so that the legend can hide them. */
  function scatter(indices, coordinates, size) {
    const names = [...new Set(indices.map(seriesName))];
    return names.map(name => {
      const members = indices.filter(i => seriesName(i) === name);
      return { type: 'scatter', name, z: 3, symbol: shapeOf(members[0]), symbolSize: size || 8, itemStyle: { color: seriesColour(name), opacity: 0.85 },
        data: members.map(i => Object.assign({ value: coordinates(i), point: i }, mark(i))) };
    });
  }

  const testText = i => `test ${valueText(P.test[i], P.testLow[i], P.testHigh[i])}, n ${count(P.testExamples[i])}`;

  draw.curse = (data, controls, width) => {
    const indices = data.points;
    const base = page.unmodified && page.unmodified.test ? page.unmodified : null;
    const ends = [];
    for (const i of indices) ends.push(P.testLow[i], P.testHigh[i], P.low[i], P.high[i]);
    if (base) ends.push(base.test.low, base.test.high, base.validation.low, base.validation.high);
    const low = scaled(Math.min(...ends));
    const high = scaled(Math.max(...ends));
    const step = 10 ** Math.floor(Math.log10(high - low || 1)) / 2;
    const range = { min: Math.floor(low / step) * step, max: Math.ceil(high / step) * step };
    const series = scatter(indices, i => [scaled(P.value[i]), scaled(P.test[i])], 9);
    const thin = { opacity: indices.length > 40 ? 0.15 : 0.5, cap: indices.length > 40 ? 0 : 3, width: 1 };
    for (const one of [...series]) {
      series.push(whiskers(one.name, one.data.map(d => [d.value[0], scaled(P.testLow[d.point]), scaled(P.testHigh[d.point])]), one.itemStyle.color, thin));
      series.push(whiskers(one.name, one.data.map(d => [d.value[1], scaled(P.low[d.point]), scaled(P.high[d.point])]), one.itemStyle.color, Object.assign({ flat: true }, thin)));
    }
    const lines = [[{ coord: [range.min, range.min] }, { coord: [range.max, range.max] }]];
    series[0].markLine = { silent: true, symbol: 'none', lineStyle: { color: colour('soft'), type: 'solid', width: 1 },
      label: { show: true, formatter: 'test = validation', position: 'insideEndBottom', color: colour('soft') }, data: lines };
    if (base) {
      series.push({ type: 'scatter', name: 'unmodified', z: 5, symbol: 'path://M-1,-5L1,-5L1,-1L5,-1L5,1L1,1L1,5L-1,5L-1,1L-5,1L-5,-1L-1,-1Z', symbolSize: 15, itemStyle: { color: colour('mark') },
        data: [{ value: [scaled(base.validation.value), scaled(base.test.value)], base: true }] });
    }
    const names = [...new Set(series.map(s => s.name))];
    return { height: Math.min(440, width), grid: { left: 62, right: 16, top: legendHeight(names, width), bottom: 46 }, legend: legend({ data: names }),
      xAxis: xAxis('validation ' + page.metric.name + unit, range), yAxis: yAxis('test ' + page.metric.name + unit, range), series,
      tooltip: { formatter: item => item.data.base
        ? tip('unmodified model', [`validation ${valueText(base.validation.value, base.validation.low, base.validation.high)}, n ${count(base.validation.examples)}`,
          `test ${valueText(base.test.value, base.test.low, base.test.high)}, n ${count(base.test.examples)}`])
        : pointTip(item.data.point, [testText(item.data.point)]) } };
  };

  draw.fit = (data, controls, width) => {
    const indices = [...P.label.keys()].filter(i => P.fit[i] !== null);
    const series = scatter(indices, i => [P.fit[i], scaled(P.value[i])], indices.length > 500 ? 5 : 7);
    const roomy = width > 420;
    const names = series.map(s => s.name);
    Object.assign(series[0], unmodifiedLine(roomy));
    series.push(...unmodifiedReach(P.fit[indices[0]]));
    return { height: 440, grid: { left: 62, right: roomy ? 84 : 16, top: legendHeight(names, width), bottom: 46 }, legend: legend({ data: names }), xAxis: xAxis('fit (1 \u2212 relative error)'),
      yAxis: yAxis('validation ' + page.metric.name + unit), series, tooltip: { formatter: item => pointTip(item.data.point) } };
  };

  draw.kinds = (data, controls, width) => {
    const rows = data.rows;
    const height = Math.max(width > 480 ? 400 : 0, rows.length * 46 + 80);
    /* Dots that would touch go up and down in turns; the same page always looks the same. */
    const series = rows.flatMap((row, y) => scatter(row.members, i => [scaled(P.difference[i]), y + ((row.members.indexOf(i) % 7) - 3) * 0.09], rows.length * row.members.length > 800 ? 5 : 7));
    series[0].markLine = { silent: true, symbol: 'none', lineStyle: { color: colour('mark'), type: 'dashed', width: 1.5 },
      label: { show: true, formatter: 'unmodified', position: 'start', color: colour('ink') }, data: [{ xAxis: 0 }] };
    const names = rows.map(row => row.name);
    return { height, grid: { left: width < 480 ? 108 : 130, right: 20, top: 26, bottom: 46 },
      xAxis: xAxis('difference on validation' + points, { scale: false }),
      yAxis: yAxis('', { min: -0.5, max: rows.length - 0.5, inverse: true, axisTick: { show: false }, axisLine: { show: false }, splitLine: { show: false }, interval: 0.5,
        axisLabel: { color: colour('ink'), customValues: names.map((name, at) => at), formatter: value => names[value] || '', width: width < 480 ? 100 : 122, overflow: 'break', lineHeight: 13 } }),
      series, tooltip: { formatter: item => pointTip(item.data.point) } };
  };

  draw.spectrum = (data, controls, width) => {
    const stacks = [...new Set(data.spectra.map(s => s.stack))];
    const chosen = state.spectrum || (state.spectrum = { stack: -1 });
    if (controls && stacks.length > 1) select(controls, 'Stack', ['all', ...stacks], chosen.stack + 1, value => { chosen.stack = value - 1; redraw('spectrum'); });
    const visible = data.spectra.filter(s => chosen.stack < 0 || s.stack === stacks[chosen.stack]);
    const many = visible.length > 8;
    const log = v => Math.log10(v);
    const series = visible.map(s => ({ type: 'line', name: s.method, showSymbol: s.values.length === 1 || !many, symbolSize: 5,
      lineStyle: { color: seriesColour(s.method), width: many ? 1.3 : 2, opacity: many ? 0.6 : 1 }, itemStyle: { color: seriesColour(s.method) },
      emphasis: { lineStyle: { width: 3, opacity: 1 } }, triggerLineEvent: true, spectrum: s, data: s.values.filter(v => v[1] > 0).map(v => [log(v[0]), log(v[1])]) }));
    const power = value => !Number.isInteger(value) ? '' : value >= -3 ? String(Number((10 ** value).toPrecision(1))) : '1e' + value;
    return { height: 400, grid: { left: 62, right: 16, top: 40, bottom: 46 }, legend: legend({ icon: 'roundRect', data: [...new Set(visible.map(s => s.method))] }),
      xAxis: xAxis('component (logarithmic)', { min: 0, minInterval: 1, splitLine: { show: false }, axisLabel: { color: colour('soft'), formatter: value => Number.isInteger(value) ? String(10 ** value) : '' } }),
      yAxis: yAxis('weight, largest = 1', { max: 0, minInterval: 1, axisLabel: { color: colour('soft'), formatter: power } }), series,
      tooltip: { formatter: item => {
        const s = visible[item.seriesIndex];
        return tip(`${s.stack} \u00b7 ${s.method} rank ${s.rank}`, Array.isArray(item.value)
          ? [`component ${Math.round(10 ** item.value[0])}: ${Number((10 ** item.value[1]).toPrecision(4))} of the largest`] : []);
      } } };
  };

  draw.race = (data, controls, width) => {
    const blocks = data.blocks;
    const bar = (name, fill, of, more) => Object.assign({ type: 'bar', name, stack: 'all', barMaxWidth: 60, itemStyle: { color: fill }, data: blocks.map(of) }, more);
    return { height: width > 480 ? 420 : 340, grid: { left: 62, right: 16, top: 40, bottom: 46 }, legend: legend(),
      xAxis: Object.assign(xAxis('validation examples seen'), { type: 'category', data: blocks.map(b => count(b[0])) }),
      yAxis: yAxis('points', { scale: false, minInterval: 1 }),
      series: [bar('survived', colour('cp'), b => b[2], { label: { show: (width - 80) / blocks.length > 30, position: 'inside', color: inkOn(colour('cp')) } }),
        bar('dropped', colour('noise'), b => b[1] - b[2])],
      tooltip: { formatter: item => {
        const b = blocks[item.dataIndex];
        return tip(`after ${count(b[0])} examples`, [`${count(b[1])} points entered`, `${count(b[2])} survived`]);
      } } };
  };

  draw.cost = (data, controls, width) => {
    const steps = data.steps;
    const bytes = steps.some(s => s.bytesRead || s.bytesWritten);
    const each = steps.length * 28 + 16;
    const names = { type: 'category', inverse: true, data: steps.map(s => s.name), axisTick: { show: false }, axisLabel: { color: colour('ink'), width: 104, overflow: 'truncate' }, axisLine: { show: false } };
    const hidden = { type: 'value', show: false, max: value => value.max * 1.45 || 1 };
    const bar = (name, fill, key, text, at) => ({ type: 'bar', name, xAxisIndex: at, yAxisIndex: at, itemStyle: { color: fill }, barMaxWidth: 16,
      data: steps.map(s => s[key]), label: { show: true, position: 'right', color: colour('ink'), formatter: item => steps[item.dataIndex][text] } });
    const grids = [{ left: 114, right: 8, top: 40, height: each }, { left: 114, right: 8, top: 40 + each + 10, height: each }];
    return { height: bytes ? 2 * each + 70 : each + 60, legend: legend(), grid: bytes ? grids : grids.slice(0, 1),
      xAxis: bytes ? [hidden, Object.assign({ gridIndex: 1 }, hidden)] : [hidden], yAxis: bytes ? [names, Object.assign({ gridIndex: 1 }, names)] : [names],
      series: [bar('time', colour('cp'), 'seconds', 'secondsText', 0),
        ...(bytes ? [bar('read', colour('svd'), 'bytesRead', 'readText', 1), bar('written', colour('tucker'), 'bytesWritten', 'writtenText', 1)] : [])],
      tooltip: { formatter: item => {
        const s = steps[item.dataIndex];
        return tip(s.name, [s.secondsText, `read ${s.readText}`, `written ${s.writtenText}`]);
      } } };
  };

  const charts = new Map();

  function redraw(id, withControls) {
    const entry = charts.get(id);
    const { box, figure } = entry;
    const controls = figure.querySelector('.controls');
    if (withControls) controls.replaceChildren();
    const option = draw[id](page.charts[id], withControls ? controls : null, box.clientWidth);
    if (option.height) box.style.height = option.height + 'px';
    delete option.height;
    const title = document.getElementById(id + '-title').textContent;
    const counts = figure.parentElement.querySelector('.counts').textContent;
    if (!entry.chart) entry.chart = echarts.init(box, null, { renderer: 'canvas' });
    entry.width = box.clientWidth;
    entry.chart.resize();
    entry.chart.setOption(Object.assign({ animation: false, backgroundColor: 'transparent', textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      aria: { enabled: true, label: { description: `Chart: ${title}. ${counts} Its numbers follow as a table.` } } }, option,
    { tooltip: Object.assign({ trigger: 'item', confine: true, backgroundColor: colour('card'), borderColor: colour('line'), textStyle: { color: colour('ink') },
      extraCssText: '' }, option.tooltip) }), { notMerge: true });
    box.setAttribute('role', 'img');
  }

  function redrawAll() {
    for (const id of charts.keys()) redraw(id, false);
  }

  for (const figure of document.querySelectorAll('[data-chart]')) {
    const id = figure.dataset.chart;
    const box = document.getElementById(id + '-canvas');
    charts.set(id, { figure, box });
    redraw(id, true);
    new ResizeObserver(() => { if (charts.get(id).width !== box.clientWidth) redraw(id, false); }).observe(box);
  }
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redrawAll);
  addEventListener('beforeprint', () => { document.documentElement.dataset.print = ''; redrawAll(); });
  addEventListener('afterprint', () => { delete document.documentElement.dataset.print; redrawAll(); });
})();
