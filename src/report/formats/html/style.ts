/** The page's style: colours as variables, so that charts, which are drawn once, follow light and dark too. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --card: #f8fafc; --ink: #0f172a; --muted: #536179; --grid: #dfe5ec; --line: #b6c1cf;
  --c1: #2563eb; --c2: #d97706; --c3: #0d9488; --c4: #7c3aed; --c5: #db2777; --c6: #4d7c0f; --c7: #0284c7; --c8: #92400e; --others: #94a3b8; --bad: #dc2626;
  --note: #fef3c7; --note-ink: #713f12;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #0b1120; --card: #131c2e; --ink: #e2e8f0; --muted: #9aa9be; --grid: #25324a; --line: #46566f;
    --c1: #60a5fa; --c2: #f5a524; --c3: #2dd4bf; --c4: #a78bfa; --c5: #f472b6; --c6: #a3e635; --c7: #38bdf8; --c8: #d6a06a; --others: #7d8ca3; --bad: #f87171;
    --note: #3a2d0c; --note-ink: #fde68a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 1320px; padding: 24px 20px 40px; background: var(--paper); color: var(--ink);
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
}
h1 { margin: 0 0 4px; font-size: 22px; line-height: 1.2; }
h2 { margin: 32px 0 10px; font-size: 18px; }
p { margin: 0; }
button, input { font: inherit; color: inherit; }
:focus-visible { outline: 2px solid var(--c1); outline-offset: 1px; }
.about { color: var(--muted); overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: minmax(220px, 1.6fr) repeat(3, 1fr); gap: 10px; margin: 16px 0; padding: 0; }
.tiles div, figure { background: var(--card); border: 1px solid var(--grid); border-radius: 10px; }
.tiles div { padding: 10px 14px; container-type: inline-size; }
.tiles div:first-child { grid-row: span 2; display: flex; flex-direction: column; justify-content: center; }
.tiles div:first-child dd:nth-of-type(1) { font-size: 42px; line-height: 1.15; }
dt { color: var(--muted); font-size: 13px; }
dd { margin: 2px 0 0; font-size: min(20px, 12cqi); font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
dd.bad { color: var(--bad); }
dd.change { font-size: 15px; }
dd small { font-size: 15px; font-weight: 400; }
.tiles div:first-child small { display: block; }
dd.note { margin: 0; font-size: 12px; font-weight: 400; color: var(--muted); }
nav { margin: 14px 0; overflow-wrap: anywhere; }
a { color: var(--c1); }
#narrow { position: sticky; top: 0; z-index: 3; display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; padding: 8px 0; background: var(--paper); }
#narrow[hidden], #narrow [hidden], [hidden] { display: none; }
#narrow input { flex: 0 1 300px; min-width: 0; padding: 6px 10px; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
#narrow button { max-width: 100%; padding: 5px 12px; border: 1px solid var(--c1); border-radius: 8px; background: none; color: var(--c1); cursor: pointer; overflow-wrap: anywhere; }
#narrow output { color: var(--muted); font-variant-numeric: tabular-nums; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(340px, 100%), 1fr)); gap: 14px; }
figure { margin: 0; padding: 12px 14px 10px; display: flex; flex-direction: column; min-width: 0; }
figcaption { font-weight: 600; }
.body { flex: 1; display: flex; flex-direction: column; }
.chart { display: block; width: 100%; height: auto; margin-top: auto; padding-top: 6px; font-size: 11px; overflow: visible; }
.chart:only-child { margin-top: 0; }
.chart text { fill: var(--muted); font-family: inherit; }
.chart .name { fill: var(--ink); }
.chart .grid { stroke: var(--grid); }
.chart .span { stroke: var(--line); stroke-width: 3; }
.chart .hit { fill: transparent; }
.at:hover .hit, .at:focus .hit { fill: var(--grid); fill-opacity: .6; }
.at:focus { outline: none; }
.at:focus-visible .hit { stroke: var(--c1); stroke-width: 1.5; }
figure p { color: var(--muted); padding: 40px 0; text-align: center; margin: auto; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 12px; margin: 4px 0 4px; padding: 0; list-style: none; font-size: 12px; color: var(--muted); }
.legend li, .legend button { display: flex; align-items: center; gap: 6px; overflow-wrap: anywhere; text-align: left; }
.legend button { margin: 0 -4px; padding: 1px 4px; border: 0; border-radius: 5px; background: none; cursor: pointer; }
.legend button:hover, .legend button[aria-pressed=true] { background: var(--grid); color: var(--ink); }
.legend svg { flex: none; width: 10px; height: 10px; }
#tip { position: fixed; z-index: 4; max-width: min(360px, calc(100vw - 12px)); padding: 8px 10px; border: 1px solid var(--line); border-radius: 8px; background: var(--paper); box-shadow: 0 4px 16px rgb(0 0 0 / .18); font-size: 12px; pointer-events: none; overflow-wrap: anywhere; }
#tip div { display: flex; justify-content: space-between; gap: 16px; font-variant-numeric: tabular-nums; }
#tip span:first-child { border-left: 4px solid var(--swatch, transparent); padding-left: 6px; }
#tip span:last-child { white-space: nowrap; }
.scroll {
  overflow: auto; border: 1px solid var(--grid); border-radius: 10px;
  /* A shadow at the right edge, which the end of the table covers, says that there is more. */
  background: linear-gradient(var(--paper) 0 0) right / 40px 100% no-repeat local, linear-gradient(to left, var(--line), transparent) right / 16px 100% no-repeat;
}
.open { max-height: 85vh; }
table { border-collapse: separate; border-spacing: 0; width: 100%; font-size: 14px; }
th, td { padding: 6px 8px; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
thead th { position: sticky; top: 0; z-index: 1; white-space: normal; color: var(--muted); font-weight: 600; font-size: 13px; background: var(--card); vertical-align: bottom; }
thead button { padding: 0; border: 0; background: none; font-weight: inherit; text-align: inherit; cursor: pointer; }
thead button:hover { color: var(--ink); text-decoration: underline; }
thead button::after { content: "\\a0↕"; opacity: .35; }
[aria-sort=ascending] button::after { content: "\\a0↑"; opacity: 1; }
[aria-sort=descending] button::after { content: "\\a0↓"; opacity: 1; }
tbody > * > *, tfoot > * > * { border-top: 1px solid var(--grid); }
tbody tr:hover > * { background: var(--card); }
.key, tbody th, tfoot th { text-align: left; white-space: normal; overflow-wrap: anywhere; }
tbody th { font-weight: 400; }
.w1 { min-width: 9ch; } .w2 { min-width: 18ch; }
.when.when { min-width: 0; }
tbody .when, td > span { white-space: nowrap; }
td:has(> span) { white-space: normal; }
tr > th:first-child { position: sticky; left: 0; background: var(--paper); }
thead tr > th:first-child { z-index: 2; background: var(--card); }
.fold button { padding: 0; border: 0; background: none; color: var(--c1); cursor: pointer; }
.fold button::before { content: "▸ "; }
.fold [aria-expanded=true]::before { content: "▾ "; }
button:disabled { color: inherit !important; cursor: auto !important; opacity: 1; }
tfoot th, tfoot td { font-weight: 700; }
tfoot .left > * { font-weight: 600; color: var(--c1); }
td.bad { color: var(--bad); }
td.none { color: var(--muted); }
summary { cursor: pointer; }
noscript summary { padding: 6px 8px; color: var(--c1); font-size: 14px; }
.part > summary { margin: 32px 0 10px; font-size: 18px; font-weight: 600; }
.whole { display: none; font-weight: 400; color: var(--muted); }
.narrowed .whole { display: inline; }
.notes { margin: 0; padding: 10px 16px; list-style: none; border-radius: 10px; background: var(--note); color: var(--note-ink); }
.notes li { overflow-wrap: anywhere; }
.notes > li + li { margin-top: 4px; }
.notes ul { margin: 2px 0 6px; padding-left: 32px; }
.count { padding: 0 7px; border-radius: 9px; background: var(--note-ink); color: var(--note); font-size: 12px; }
footer { margin-top: 32px; color: var(--muted); font-size: 13px; }
@media screen and (min-width: 521px) {
  .tiles:has(> :nth-child(8)) { grid-template-columns: minmax(220px, 1.6fr) repeat(4, 1fr); }
  .tiles div:nth-child(8):last-child { grid-column: span 2; }
}
@media screen and (min-width: 521px) and (max-width: 1000px) { .tiles:has(> :nth-child(8)) { grid-template-columns: repeat(4, 1fr); } }
@media screen and (max-width: 1400px) { table { font-size: 13px; } th, td { padding: 5px 6px; } thead th { font-size: 12px; } }
@media (max-width: 1000px) { .tiles { grid-template-columns: repeat(3, 1fr); } .tiles div:first-child { grid-row: auto; grid-column: 1 / -1; } }
@media (max-width: 520px) {
  body { padding: 16px 12px 28px; }
  .tiles { grid-template-columns: 1fr 1fr; gap: 8px; }
  .tiles div:first-child dd:nth-of-type(1) { font-size: 34px; }
  .tiles div:last-child:nth-child(even) { grid-column: 1 / -1; }
  dd.note { font-size: 11px; }
  .key:not(.when) { min-width: 13ch; }
  th:first-child { max-width: 46vw; }
}
@media print {
  @page { size: A4 landscape; margin: 11mm; }
  body { max-width: none; padding: 0; font-size: 11px; }
  body:not(.narrowed) #narrow, #narrow button, #tip, nav { display: none; }
  #narrow { position: static; }
  thead button { display: contents; }
  thead button::after { content: none !important; }
  .charts { grid-template-columns: repeat(3, 1fr); gap: 8px; }
  h1 { font-size: 20px; }
  .tiles { grid-template-columns: repeat(auto-fit, minmax(90px, 1fr)); gap: 6px; margin: 10px 0; }
  .tiles div { padding: 5px 8px; }
  .tiles div:first-child { grid-row: auto; grid-column: auto; }
  .tiles div:first-child dd:nth-of-type(1) { font-size: 18px; }
  dt, dd small { font-size: 9px; }
  dd, dd.change { font-size: 12px; }
  dd.note { font-size: 8px; }
  .legend { font-size: 8.5px; gap: 0 10px; margin: 2px 0 4px; }
  figure { padding: 7px 10px; }
  tfoot { display: table-row-group; }
  figure, .tiles div, tr, .notes li { break-inside: avoid; }
  h2, .part > summary { break-after: avoid; margin-top: 16px; font-size: 14px; }
  summary { list-style: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .scroll { overflow: visible; border: 0; background: none; max-height: none !important; }
  .fold:not(:has([aria-expanded=false]:enabled)) { display: none; }
  .fold button::before { content: none; }
  table { font-size: 9px; }
  th, td { padding: 2px 5px; }
  thead th { position: static; font-size: 9px; }
  tr > th:first-child { position: static; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`
