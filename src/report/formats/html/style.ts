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
h1 { margin: 0 0 4px; font-size: 26px; line-height: 1.2; }
h2 { margin: 32px 0 10px; font-size: 18px; }
p { margin: 0; }
.about { color: var(--muted); overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px; margin: 20px 0; padding: 0; }
.tiles div, figure { background: var(--card); border: 1px solid var(--grid); border-radius: 10px; }
.tiles div { padding: 10px 14px; }
dt { color: var(--muted); font-size: 13px; }
dd { margin: 2px 0 0; font-size: 21px; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
dd.bad { color: var(--bad); }
dd.note { margin: 0; font-size: 12px; font-weight: 400; color: var(--muted); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(340px, 100%), 1fr)); gap: 14px; }
figure { margin: 0; padding: 12px 14px 10px; display: flex; flex-direction: column; min-width: 0; }
figcaption { font-weight: 600; }
figure svg { display: block; width: 100%; height: auto; font-family: inherit; }
figure > svg { margin-top: 8px; }
.time > svg { margin-top: auto; }
figure svg text { font-family: inherit; }
figure p { color: var(--muted); padding: 40px 0; text-align: center; margin: auto; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 12px; margin: 4px 0 8px; padding: 0; list-style: none; font-size: 12px; color: var(--muted); }
.legend li { display: flex; align-items: center; gap: 6px; overflow-wrap: anywhere; }
.legend svg { flex: none; width: 10px; height: 10px; margin: 0; }
.scroll { overflow-x: auto; border: 1px solid var(--grid); border-radius: 10px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { padding: 6px 8px; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
thead th { white-space: normal; color: var(--muted); font-weight: 600; font-size: 13px; background: var(--card); vertical-align: bottom; }
tbody tr, tfoot tr { border-top: 1px solid var(--grid); }
.key { text-align: left; white-space: normal; overflow-wrap: anywhere; min-width: 200px; font-weight: 400; }
.key + .key:not(.when) { min-width: 110px; }
.when { min-width: 0; white-space: nowrap; }
.pinned { position: sticky; right: 0; background: var(--paper); }
thead .pinned { background: var(--card); }
tfoot th, tfoot td, tfoot .key { font-weight: 700; }
td.bad { color: var(--bad); }
td.none { color: var(--muted); }
summary { cursor: pointer; margin: 32px 0 10px; font-size: 18px; font-weight: 600; }
.notes { margin: 0; padding: 12px 16px 12px 32px; border-radius: 10px; background: var(--note); color: var(--note-ink); }
.notes li { overflow-wrap: anywhere; }
footer { margin-top: 32px; color: var(--muted); font-size: 13px; }
@media (max-width: 720px) { .tiles { grid-template-columns: 1fr 1fr; gap: 8px; } }
@media (max-width: 520px) {
  body { padding: 16px 12px 28px; }
  dd { font-size: 18px; }
  dd.note { font-size: 11px; }
  .key { min-width: 150px; }
}
@media print {
  @page { size: A4 landscape; margin: 11mm; }
  body { max-width: none; padding: 0; font-size: 11px; }
  .charts { grid-template-columns: repeat(3, 1fr); gap: 8px; }
  h1 { font-size: 20px; }
  .tiles { grid-template-columns: repeat(8, 1fr); gap: 6px; margin: 10px 0; }
  .tiles div { padding: 5px 8px; }
  dt { font-size: 9px; }
  dd { font-size: 12px; }
  dd.note { font-size: 8px; }
  .legend { font-size: 8.5px; gap: 0 10px; margin: 2px 0 4px; }
  figure { padding: 7px 10px; }
  tfoot { display: table-row-group; }
  figure, .tiles div, tr, .notes li { break-inside: avoid; }
  h2, summary { break-after: avoid; margin-top: 16px; }
  summary { list-style: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .scroll { overflow: visible; border: 0; }
  table { font-size: 9px; }
  th, td { padding: 2px 5px; }
  thead th { font-size: 9px; }
  .key, .key + .key:not(.when) { min-width: 110px; }
  .pinned { position: static; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`
