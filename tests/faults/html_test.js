/* SPDX-License-Identifier: Apache-2.0 */
// Put into a copy of report.html by html_test.sh: uses the page as a reader would, and tells in its title what it saw.
'use strict';
(() => {
  const wrong = [];
  let checks = 0;
  const check = (what, holds) => { checks += 1; if (!holds) wrong.push(what); };
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const seen = element => element.getClientRects().length > 0;
  const choice = (kind, name) => all(`nav button[data-${kind}]`).find(b => b.textContent === name);
  const rows = table => all('tbody tr', table);
  const column = (table, i) => rows(table).map(row => row.cells[i].textContent);

  // --- what there is ---
  const ids = all('[id]').map(e => e.id);
  check('no id is there twice', new Set(ids).size === ids.length);
  check('every link leads to something', all('a[href^="#"]').every(a => document.getElementById(a.hash.slice(1))));
  check('every picture has a name and a description', all('main svg').every(svg =>
    svg.getAttribute('aria-label') && document.getElementById(svg.getAttribute('aria-describedby')).textContent));
  check('what a picture uses is in it', all('main svg use').every(use => {
    const target = document.getElementById(use.getAttribute('href').slice(1));
    return target && target.closest('svg') === use.closest('svg');
  }));
  check('the page is no wider than the window', document.documentElement.scrollWidth <= innerWidth);
  check('the machine\'s words are words', all('td').some(td => td.textContent.includes('<script>owned()<' + '/script>')));

  check('nothing was fetched', performance.getEntriesByType('resource').length === 0);

  // --- sorting ---
  // A table with both workloads, its numbers replaced: what was measured may be in order by itself.
  const table = all('main table').find(t => all('thead th[data-s]', t).length === 3 &&
    new Set(rows(t).map(row => row.dataset.w)).size === 2);
  const head = all('thead th', table);
  const button = i => head[i].querySelector('button');
  const original = column(table, 1);
  const at = head.findIndex(th => th.textContent === 'pool');
  const numbers = new Map([
    ['9.5\u00a0k/s [9.0, 10.0]', 9500], ['1.20\u00a0M/s [0.9, 1.3]', 1.2e6], ['980\u00a0/s', 980], ['10\u00a0k/s *', 1e4],
  ]);
  rows(table).filter(row => row.cells[at].textContent).forEach((row, i) => {
    row.cells[at].textContent = Array.from(numbers.keys())[i % numbers.size];
  });
  const worth = text => numbers.get(text);
  const rising = list => list.every((v, i) => i === 0 || list[i - 1] <= v);
  check('a heading can be reached by the keyboard', button(at).tagName === 'BUTTON' && button(at).tabIndex === 0);
  button(at).focus();
  check('and has the focus then', document.activeElement === button(at));
  button(at).click();
  const up = column(table, at).filter(Boolean).map(worth);
  check(`there is something to sort (${column(table, at).join(' | ')})`, up.length >= numbers.size && up.every(Number.isFinite));
  check('a click sorts by value', rising(up) && head[at].getAttribute('aria-sort') === 'ascending');
  check('every row says of what it is', rows(table).filter(seen).every(row => seen(row.cells[0].firstChild)));
  button(at).click();
  check('the second turns it', rising(column(table, at).filter(Boolean).map(worth).reverse()) &&
    head[at].getAttribute('aria-sort') === 'descending');
  const serial = head.findIndex(th => th.textContent === 'serial');
  [1, -1].forEach(() => {
    button(serial).click();
    const there = column(table, serial).map(Boolean);
    check('what is missing is last', there.indexOf(false) > 0 && !there.slice(there.indexOf(false)).includes(true));
  });
  button(serial).click();
  check('the third gives back the order', column(table, 1).join() === original.join() && !head[serial].ariaSort);

  // --- filters ---
  check('the address chose sha256 and pool', choice('w', 'sha256').getAttribute('aria-pressed') === 'true' &&
    choice('s', 'pool').getAttribute('aria-pressed') === 'true');
  check('only its rows are seen', rows(table).every(row => seen(row) === row.cells[0].textContent.startsWith('sha256')) && rows(table).some(seen));
  check('only its column is seen', head.every(th => seen(th) === (th.textContent === 'pool' || !th.dataset.s)));
  // A sentence is about the case that its first code names; if that is a strategy, it is about several.
  check('only its sentences are seen', all('#the-answer-first ~ ol > li')
    .every(li => seen(li) === (!li.dataset.w || /^sha256/.test(li.querySelector('code').textContent))));
  choice('w', 'fib').click();
  choice('s', 'pool').click();
  check('a workload more is more', rows(table).every(seen) && head.every(seen));
  check('the address tells', location.hash === '#workload=sha256,fib');
  document.getElementById('all').click();
  check('everything again', all('main table tr, main li').every(e => !e.hidden) && !location.hash.includes('='));
  location.hash = '#strategy=threads,%00nonsense&workload&constructor=x&__proto__=x';

  // --- light and dark ---
  const theme = document.getElementById('theme'), paper = () => getComputedStyle(document.body).backgroundColor;
  const before = paper();
  theme.click();
  check('the other theme is another one', paper() !== before);
  theme.click();
  check('and back', paper() === before);

  setTimeout(() => { // after hashchange
    check('an address with nonsense chooses what it can', head.every(th => seen(th) === (th.textContent === 'threads' || !th.dataset.s)));
    document.title = wrong.length ? `WRONG: ${wrong.join('; ')}` : `RIGHT: ${checks} checks`;
  }, 100);
})();
