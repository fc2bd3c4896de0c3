/* SPDX-License-Identifier: Apache-2.0 */
// Sorting and filtering. The page is whole without it.
'use strict';
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const side = document.querySelector('nav');
  const kinds = {workload: 'w', strategy: 's'};
  const chosen = {w: new Set(), s: new Set()};

  // --- sorting ---
  // "12.3 k/s [12.0, 12.6]" is worth 12300. A column has one kind of unit.
  const units = {
    'ns': 1, '\u00b5s': 1e3, 'ms': 1e6, 's': 1e9, 'B': 1, 'KiB': 1024, 'MiB': 1048576, 'GiB': 1073741824,
    '/s': 1, 'k/s': 1e3, 'M/s': 1e6, 'G/s': 1e9,
  };
  const worth = text => {
    const found = /^[<*~\s]*([+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*([^\s[(]*)/.exec(text);
    return found ? Number(found[1]) * (units[found[2]] || 1) : NaN;
  };
  const before = (a, b) => a.localeCompare(b, 'en', {numeric: true});

  const order = (table, column, direction) => {
    const body = table.tBodies[0];
    const keyed = all('tr', body).map(row => {
      const text = row.cells[column] ? row.cells[column].textContent.trim() : '';
      return {row, text, value: worth(text)};
    });
    const numbers = keyed.filter(k => !Number.isNaN(k.value)).length;
    const words = keyed.filter(k => k.text && Number.isNaN(k.value)).length;
    const missing = k => numbers > words ? Number.isNaN(k.value) : !k.text;
    const compare = (a, b) => {
      if (missing(a) || missing(b)) return missing(a) - missing(b); // last, either way
      return direction * (numbers > words ? a.value - b.value : before(a.text, b.text));
    };
    const was = (a, b) => a.row.dataset.at - b.row.dataset.at;
    keyed.sort((a, b) => (direction ? compare(a, b) : 0) || was(a, b));
    body.append(...keyed.map(k => k.row));
    table.classList.toggle('sorted', direction !== 0);
  };

  const turn = th => {
    const table = th.closest('table');
    const next = {none: 1, ascending: -1, descending: 0}[th.getAttribute('aria-sort') || 'none'];
    all('thead th', table).forEach(other => other.removeAttribute('aria-sort'));
    if (next) th.setAttribute('aria-sort', next > 0 ? 'ascending' : 'descending');
    order(table, th.cellIndex, next);
  };

  all('main table').forEach(table => {
    const rows = all('tbody tr', table);
    if (rows.length < 2) return;
    rows.forEach((row, i) => { row.dataset.at = i; });
    all('thead th', table).filter(th => th.textContent).forEach(th => {
      const button = document.createElement('button');
      button.type = 'button';
      button.title = 'Sort';
      button.append(...th.childNodes);
      th.append(button);
      button.addEventListener('click', () => turn(th));
    });
  });

  // --- filtering ---
  const wanted = (kind, value) => !chosen[kind].size || value === undefined || chosen[kind].has(value);

  const filterTable = table => {
    const columns = all('thead th[data-s]', table);
    const off = new Set(columns.filter(th => !wanted('s', th.dataset.s)).map(th => th.cellIndex));
    let shown = 0;
    all('tr', table).forEach(row => {
      const keep = wanted('w', row.dataset.w) && wanted('s', row.dataset.s);
      row.hidden = !keep;
      shown += keep && row.parentNode.nodeName === 'TBODY';
      if (columns.length) Array.from(row.cells).forEach((cell, i) => { cell.hidden = off.has(i); });
    });
    const box = table.parentNode;
    table.classList.toggle('picked', chosen.w.size + chosen.s.size > 0);
    box.hidden = !shown;
    if (!shown && !(box.nextElementSibling && box.nextElementSibling.className === 'none')) {
      const note = document.createElement('p');
      note.className = 'none';
      note.textContent = 'No row of this table is of what was chosen.';
      box.after(note);
    }
    if (box.nextElementSibling && box.nextElementSibling.className === 'none') box.nextElementSibling.hidden = !!shown;
  };

  const names = kind => all(`button[data-${kind}][aria-pressed="true"]`, side).map(b => b.textContent);

  const tell = () => {
    const some = chosen.w.size + chosen.s.size > 0;
    document.getElementById('all').hidden = !some;
    document.getElementById('shown').textContent =
      some ? 'Tables and sentences show only what was chosen; pictures show everything.' : '';
  };

  const apply = () => {
    all('button[aria-pressed]', side).forEach(button => {
      const kind = button.dataset.s === undefined ? 'w' : 's';
      button.setAttribute('aria-pressed', String(chosen[kind].has(button.dataset[kind])));
    });
    all('main table').forEach(filterTable);
    all('main li[data-w]').forEach(item => { item.hidden = !wanted('w', item.dataset.w); });
    tell();
  };

  // The choice stands in the address, so that it can be passed on: #workload=sha256&strategy=pool,threads
  const write = () => {
    const parts = Object.keys(kinds).filter(k => chosen[kinds[k]].size)
      .map(k => `${k}=${names(kinds[k]).map(encodeURIComponent).join(',')}`);
    history.replaceState(null, '', parts.length ? `#${parts.join('&')}` : '#');
  };

  const read = () => {
    if (!location.hash.includes('=')) return;
    Object.values(chosen).forEach(set => set.clear());
    location.hash.slice(1).split('&').map(part => part.split('=')).forEach(([key, list]) => {
      const kind = Object.hasOwn(kinds, key) ? kinds[key] : null;
      if (!kind) return;
      const asked = (list || '').split(',').map(name => { try { return decodeURIComponent(name); } catch { return ''; } });
      all(`button[data-${kind}]`, side).filter(b => asked.includes(b.textContent))
        .forEach(b => chosen[kind].add(b.dataset[kind]));
    });
    apply();
  };

  all('button[aria-pressed]', side).forEach(button => button.addEventListener('click', () => {
    const kind = button.dataset.s === undefined ? 'w' : 's';
    const set = chosen[kind], value = button.dataset[kind];
    if (!set.delete(value)) set.add(value);
    apply();
    write();
  }));
  document.getElementById('all').addEventListener('click', () => {
    Object.values(chosen).forEach(set => set.clear());
    apply();
    write();
  });
  document.getElementById('filters').hidden = false;
  addEventListener('hashchange', read);
  read();

  // --- light and dark ---
  const theme = document.getElementById('theme');
  const isDark = () => document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  const label = () => { theme.textContent = isDark() ? 'Light' : 'Dark'; };
  theme.addEventListener('click', () => {
    document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
    label();
  });
  theme.hidden = false;
  label();

  // A telephone has no room for both lists at once.
  if (matchMedia('(max-width: 68rem)').matches) all('nav details').forEach(d => { d.open = false; });
})();
