import { count, percent, usd, whole } from '../../../../text/numbers.ts'
import { cellsOf, compareCells, matches, namesLeft, type Sum, sumOf, valueIn } from '../cells.ts'
import type { Chart } from '../chart-model.ts'
import { chartsOf, only } from '../charts.ts'
import { chartBody } from '../draw.ts'
import type { PageData } from '../page-data.ts'

/** The page's own script. Without it the page is the same, but still: nothing narrows, and nothing is sorted. */
async function unpacked(): Promise<PageData> {
  const bytes = Uint8Array.from(atob(one('#data').textContent ?? ''), (character) => character.charCodeAt(0))
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'))).json()
}

let data: PageData

/** What the reader has narrowed the page to. */
let query = ''
let chosen: { label: string; stacks: readonly number[] } | undefined

function one<Found extends Element = HTMLElement>(selector: string, within: ParentNode = document): Found {
  const found = within.querySelector<Found>(selector)
  if (!found) throw new Error(`no ${selector}`)
  return found
}

function all<Found extends Element = HTMLElement>(selector: string, within: ParentNode = document): Found[] {
  return [...within.querySelectorAll<Found>(selector)]
}

// Charts. They are drawn when the page is written, and anew only where it is narrowed.

const figures = all('figure')
/** The entry of a legend that alone is shown, by chart. */
const alone = figures.map((): string | undefined => undefined)
let charts: readonly Chart[] | undefined

function drawCharts(left: ReadonlySet<number> | undefined): void {
  charts = chartsOf(data, left)
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
    button.setAttribute('aria-pressed', String(label === alone[index] || label === chosen?.label))
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
  charts ??= chartsOf(data, namesLeft(data, query, chosen?.stacks))
  const stacks = charts[index]?.legend.find((entry) => entry.label === label)?.stacks
  if (stacks) chosen = chosen?.label === label ? undefined : { label, stacks }
  else alone[index] = alone[index] === label ? undefined : label
  narrow()
  // What was pressed has been drawn anew.
  const buttons = all('button', figures[index])
  ;(buttons.find(({ textContent }) => textContent === label) ?? buttons[0])?.focus()
}

const tip = document.createElement('div')
tip.id = 'tip'
tip.hidden = true
tip.setAttribute('aria-hidden', 'true')
document.body.append(tip)

function markOf(target: EventTarget | null): SVGElement | null {
  return target instanceof Element ? target.closest<SVGElement>('.at') : null
}

function showTip(mark: SVGElement): void {
  const colours = new Map(
    all('.legend li', mark.closest('.body') ?? document).map((entry) => [
      entry.textContent,
      one('rect', entry).getAttribute('fill'),
    ]),
  )
  const [title = '', ...lines] = (mark.dataset.tip ?? '').split('\n')
  const heading = document.createElement('b')
  heading.textContent = title
  const rows = lines.map((line) => {
    const [row, name, value] = ['div', 'span', 'span'].map((tag) => document.createElement(tag))
    const at = line.lastIndexOf(': ')
    if (!row || !name || !value) return ''
    name.textContent = at < 0 ? line : line.slice(0, at)
    value.textContent = at < 0 ? '' : line.slice(at + 2)
    const colour = colours.get(name.textContent)
    if (colour) name.style.setProperty('--swatch', colour)
    row.append(name, value)
    return row
  })
  tip.replaceChildren(heading, ...rows)
  tip.hidden = false
  const { left, right, top, bottom } = one<SVGElement>('.hit', mark).getBoundingClientRect()
  const { width, height } = tip.getBoundingClientRect()
  const most = document.documentElement.clientWidth - width - 6
  tip.style.left = `${Math.max(6, Math.min(most, (left + right - width) / 2))}px`
  tip.style.top = `${top - height - 6 > 0 ? top - height - 6 : bottom + 6}px`
}

function hideTip(): void {
  const focused = markOf(document.activeElement)
  if (focused) showTip(focused)
  else tip.hidden = true
}

const STEPS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ArrowRight: 1,
    ArrowDown: 1,
    ArrowLeft: -1,
    ArrowUp: -1,
    Home: Number.NEGATIVE_INFINITY,
    End: Number.POSITIVE_INFINITY,
  }),
)

function onKey(event: KeyboardEvent): void {
  const mark = markOf(event.target)
  const step = STEPS.get(event.key)
  if (!mark) return
  if (event.key === 'Escape') {
    mark.blur()
    tip.hidden = true
  }
  if (step === undefined) return
  event.preventDefault()
  const marks = all<SVGElement>('.at', mark.parentNode ?? document)
  const next = marks[Math.max(0, Math.min(marks.length - 1, marks.indexOf(mark) + step))]
  mark.setAttribute('tabindex', '-1')
  next?.setAttribute('tabindex', '0')
  next?.focus()
}

for (const figure of figures) {
  figure.addEventListener('pointerover', ({ target }) => {
    const mark = markOf(target)
    if (mark) showTip(mark)
    else hideTip()
  })
  figure.addEventListener('pointerleave', hideTip)
  figure.addEventListener('focusin', ({ target }) => {
    const mark = markOf(target)
    if (mark) showTip(mark)
  })
  figure.addEventListener('focusout', () => {
    tip.hidden = true
  })
  figure.addEventListener('keydown', onKey)
}
addEventListener('scroll', hideTip)

// Tables.

interface Line {
  html: string
  cells: ReturnType<typeof cellsOf>
  /** Of the report, where its groups are the rows. */
  group: PageData['groups'][number] | undefined
}

/** More rows than that are not opened at once. */
const MOST_OPENED = 2_000

class Table {
  readonly #table: HTMLTableElement
  readonly #isGroups: boolean
  /** Names of models or groups are in it, and not times alone. */
  readonly #canNarrow: boolean
  readonly #fold: HTMLElement | null
  readonly #most: number
  #known: Line[] | undefined
  #order: { column: number; isDescending: boolean } | undefined
  #shown: number

  constructor(table: HTMLTableElement) {
    this.#table = table
    this.#isGroups = 'groups' in table.dataset
    this.#canNarrow = table.querySelector('thead .key:not(.when)') !== null
    this.#fold = table.querySelector('.fold')
    this.#most = this.#shown = Number(table.dataset.most)
    for (const [column, heading] of this.#headings().entries()) {
      const button = document.createElement('button')
      button.append(...heading.childNodes)
      heading.append(button)
      button.addEventListener('click', () => this.#sort(column))
    }
    const opener = this.#fold?.querySelector('button')
    if (!opener) return
    opener.disabled = false
    opener.addEventListener('click', () => {
      const isOpen = this.#left().length <= this.#shown
      this.open(isOpen ? this.#most : this.#shown + MOST_OPENED)
    })
  }

  /** At most so many rows show, and never fewer than at first. */
  open(rows: number): void {
    this.#shown = Math.max(this.#most, rows)
    this.show()
  }

  get isFolded(): boolean {
    return this.#fold !== null && this.#shown < Number.POSITIVE_INFINITY
  }

  #headings(): HTMLElement[] {
    return all('thead th', this.#table)
  }

  /** All rows, also those that are only text until they are asked for. */
  #lines(): Line[] {
    if (this.#known) return this.#known
    const rest = this.#table.parentElement?.querySelector('noscript')?.textContent ?? ''
    const rows = [one('tbody', this.#table).innerHTML, rest].flatMap((text) => text.split('\n'))
    const groups = this.#isGroups ? data.groups : []
    this.#known = rows
      .filter((html) => html.startsWith('<tr>'))
      .map((html, index) => ({ html, cells: cellsOf(html), group: groups[index] }))
    return this.#known
  }

  #sort(column: number): void {
    const heading = this.#headings()[column]
    const isText = heading?.classList.contains('key') ?? false
    const isDescending = this.#order?.column === column ? !this.#order.isDescending : !isText
    this.#order = { column, isDescending }
    for (const other of this.#headings()) other.removeAttribute('aria-sort')
    heading?.setAttribute('aria-sort', isDescending ? 'descending' : 'ascending')
    const how = sumIn(heading)
    this.#lines().sort((a, b) => {
      // What is rounded in its cells is told apart by what it is.
      const exact = (line: Line) => (how === undefined || how === 'count' ? null : valueIn(how, line.group, ''))
      const [x, y] = [exact(a), exact(b)]
      if (x !== null && y !== null) return isDescending ? y - x : x - y
      return compareCells(a.cells[column]?.text ?? '', b.cells[column]?.text ?? '', isText, isDescending)
    })
    this.show()
  }

  #left(): Line[] {
    const left = this.#canNarrow ? namesLeft(data, query, chosen?.stacks) : undefined
    if (!left) return this.#lines()
    return this.#lines().filter(({ group, cells }) => {
      if (this.#isGroups) return group !== undefined && left.has(group.name)
      const texts = cells.flatMap(({ text, title }) => [text, title])
      const { stacks, isByModel } = data
      const isChosen =
        !chosen || !isByModel || chosen.stacks.some((stack) => texts.some((text) => text.includes(stacks[stack] ?? '')))
      return isChosen && matches(texts.join(' '), query)
    })
  }

  /** Shows what is left, in its order: the first rows, and the rest behind the line that opens it. */
  show(): void {
    const lines = this.#left()
    const others = this.#fold ? lines.slice(this.#shown) : []
    const rows = others.length > 0 ? lines.slice(0, this.#shown) : lines
    one('tbody', this.#table).innerHTML = rows.map(({ html }) => html).join('\n')
    this.#table.parentElement?.classList.toggle('open', rows.length > this.#most)
    if (this.#fold) {
      const button = one('button', this.#fold)
      this.#fold.hidden = lines.length <= this.#most
      button.setAttribute('aria-expanded', String(others.length === 0))
      this.#word ??= (button.textContent ?? '').replace(/^[\d,]+ /, '')
      button.textContent = others.length > 0 ? `${whole(others.length)} ${this.#word}` : 'Show fewer'
      this.#addUp(one<HTMLTableRowElement>('tr', this.#fold), others)
    }
    const foot = this.#table.tFoot
    foot?.querySelector('.left')?.remove()
    const row = foot?.rows[0]?.cloneNode(true)
    if (!this.#isGroups || !isNarrowed() || !(row instanceof HTMLTableRowElement)) return
    row.className = 'left'
    const [label] = row.cells
    if (label) label.textContent = `${whole(lines.length)} shown`
    this.#addUp(row, lines)
    foot?.prepend(row)
  }

  /** How the line that opens the rest calls it. */
  #word: string | undefined

  #addUp(row: HTMLTableRowElement, lines: readonly Line[]): void {
    const isFloor = lines.some(({ group }) => group?.isFloor)
    for (const [column, heading] of this.#headings().entries()) {
      const cell = row.cells[column]
      const how = sumIn(heading)
      if (!cell || column === 0) continue
      const values =
        how === undefined ? [] : lines.map(({ group, cells }) => valueIn(how, group, cells[column]?.text ?? ''))
      const adds = how !== undefined && this.#isGroups && lines.length > 0
      cell.textContent = adds ? sumOf(how, values, isFloor, data.costUsd) : ''
      cell.classList.remove('bad', 'none')
    }
  }
}

function sumIn(heading: HTMLElement | undefined): Sum | undefined {
  const how = heading?.dataset.sum
  if (how === undefined) return undefined
  return how === 'count' || how === 'share' ? how : Number(how)
}

const tables: Table[] = []

// Narrowing.

const bar = one('#narrow')
const box = one<HTMLInputElement>('input', bar)
const clear = one('button', bar)

function isNarrowed(): boolean {
  return query.trim() !== '' || chosen !== undefined
}

function narrow(): void {
  const left = namesLeft(data, query, chosen?.stacks)
  drawCharts(left)
  for (const table of tables) table.show()
  document.body.classList.toggle('narrowed', isNarrowed())
  one('output', bar).textContent = left ? leftText(left) : ''
  clear.hidden = !left
  clear.textContent = chosen ? `${chosen.label} ×` : 'Show all'
}

/** "3 of 120 · $1.20 · 12.5% of the cost · 1,234 calls" */
function leftText(left: ReadonlySet<number>): string {
  const { groups: every, names, costUsd } = data
  const groups = every.filter(({ name }) => left.has(name))
  const [cost, calls] = [groups.map(({ costs }) => costs[0] ?? 0), groups.map((group) => group.calls ?? 0)].map((all) =>
    all.reduce((sum, value) => sum + value, 0),
  )
  // A bill knows nothing of calls.
  const called = every.every((group) => group.calls === null) ? [] : [count(calls ?? 0, 'call')]
  const share = costUsd ? [`${percent((cost ?? 0) / costUsd)} of the cost`] : []
  const parts = [usd(cost ?? 0), ...share, ...called]
  return [`${whole(left.size)} of ${whole(names.length)}`, ...parts].join(' · ')
}

box.addEventListener('input', () => {
  query = box.value
  narrow()
})
clear.addEventListener('click', () => {
  query = box.value = ''
  chosen = undefined
  narrow()
  box.focus()
})
addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  box.focus()
})
// On paper everything stands open.
let opened: HTMLDetailsElement[] = []
let unfolded: Table[] = []
addEventListener('beforeprint', () => {
  opened = all<HTMLDetailsElement>('details:not([open])')
  unfolded = tables.filter(({ isFolded }) => isFolded)
  for (const details of opened) details.open = true
  for (const table of unfolded) table.open(Number.POSITIVE_INFINITY)
})
addEventListener('afterprint', () => {
  for (const details of opened) details.open = false
  for (const table of unfolded) table.open(0)
})

unpacked().then((found) => {
  data = found
  for (const index of figures.keys()) enliven(index)
  for (const table of all<HTMLTableElement>('table')) tables.push(new Table(table))
  bar.hidden = data.names.length < 2
  document.body.dataset.ready = ''
})
