import { count, percent, usd, whole } from '../../../../text/numbers.ts'
import { type Chart, chartsOf, only } from '../charts.ts'
import { chartBody } from '../draw.ts'
import type { PageData } from '../page-data.ts'
import { isNarrowed, leftOf, liveTable, MOST_OPENED, type Table, type View } from './table.ts'
import { all, one, tellOnHover } from './tip.ts'

/** The page's own script. Without it the page is the same, but still: nothing narrows, and nothing is sorted. */
async function unpacked(): Promise<PageData> {
  const bytes = Uint8Array.from(atob(one('#data').textContent ?? ''), (character) => character.charCodeAt(0))
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'))).json()
}

let view: View

// Charts. They are drawn when the page is written, and anew only where it is narrowed.

const figures = all('figure')
/** The entry of a legend that alone is shown, by chart. */
const alone = figures.map((): string | undefined => undefined)
let charts: readonly Chart[] | undefined

function drawCharts(left: ReadonlySet<number> | undefined): void {
  charts = chartsOf(view.data, left)
  for (const [index, chart] of charts.entries()) {
    one('.body', figures[index]).innerHTML = chartBody(only(chart, alone[index]))
    enliven(index)
  }
}

function enliven(index: number): void {
  const body = one('.body', figures[index])
  for (const button of all<HTMLButtonElement>('button', body)) {
    const label = button.textContent ?? ''
    button.disabled = false
    button.setAttribute('aria-pressed', String(label === alone[index] || label === view.chosen?.label))
    button.addEventListener('click', () => press(index, label))
  }
  for (const [at, mark] of all<SVGElement>('.at', body).entries()) {
    const title = one('title', mark)
    mark.dataset.tip = title.textContent ?? ''
    title.remove()
    mark.setAttribute('role', 'img')
    mark.setAttribute('aria-label', mark.dataset.tip.replaceAll('\n', ', '))
    mark.setAttribute('tabindex', at === 0 ? '0' : '-1')
  }
}

/** Of a legend: a stack narrows the page, other entries the chart. */
function press(index: number, label: string): void {
  charts ??= chartsOf(view.data, leftOf(view))
  const stacks = charts[index]?.legend.find((entry) => entry.label === label)?.stacks
  if (stacks) view.chosen = view.chosen?.label === label ? undefined : { label, stacks }
  else alone[index] = alone[index] === label ? undefined : label
  narrow()
  // What was pressed has been drawn anew.
  const buttons = all('button', figures[index])
  ;(buttons.find(({ textContent }) => textContent === label) ?? buttons[0])?.focus()
}

const tables: Table[] = []

const bar = one('#narrow')
const box = one<HTMLInputElement>('input', bar)
const clear = one('button', bar)

function narrow(): void {
  const left = leftOf(view)
  drawCharts(left)
  for (const table of tables) table.show()
  document.body.classList.toggle('narrowed', isNarrowed(view))
  one('output', bar).textContent = left ? leftText(left) : ''
  clear.hidden = !left
  clear.textContent = view.chosen ? `${view.chosen.label} ×` : 'Show all'
}

/** "3 of 120 · $1.20 · 12.5% of the cost · 1,234 calls" */
function leftText(left: ReadonlySet<number>): string {
  const { groups: every, names, costUsd } = view.data
  const groups = every.filter(({ name }) => left.has(name))
  const cost = groups.reduce((sum, { costs }) => sum + (costs[0] ?? 0), 0)
  const calls = groups.reduce((sum, group) => sum + (group.calls ?? 0), 0)
  // A bill knows nothing of calls.
  const called = every.every((group) => group.calls === null) ? [] : [count(calls, 'call')]
  const share = costUsd ? [`${percent(cost / costUsd)} of the cost`] : []
  const parts = [usd(cost), ...share, ...called]
  return [`${whole(left.size)} of ${whole(names.length)}`, ...parts].join(' · ')
}

box.addEventListener('input', () => {
  view.query = box.value
  narrow()
})
clear.addEventListener('click', () => {
  view.query = box.value = ''
  view.chosen = undefined
  narrow()
  box.focus()
})
addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  box.focus()
})
// On paper everything stands open, tables as far as they open at once.
let opened: HTMLDetailsElement[] = []
let unfolded: Table[] = []
addEventListener('beforeprint', () => {
  opened = all<HTMLDetailsElement>('details:not([open])')
  unfolded = tables.filter((table) => table.isFolded())
  for (const details of opened) details.open = true
  for (const table of unfolded) table.open(MOST_OPENED)
})
addEventListener('afterprint', () => {
  for (const details of opened) details.open = false
  for (const table of unfolded) table.open(0)
})

tellOnHover(figures)
unpacked().then((found) => {
  view = { data: found, query: '', chosen: undefined }
  for (const index of figures.keys()) enliven(index)
  for (const table of all<HTMLTableElement>('table')) tables.push(liveTable(table, view))
  bar.hidden = view.data.names.length < 2
  document.body.dataset.ready = ''
})
