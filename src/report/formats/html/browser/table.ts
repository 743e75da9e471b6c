import { whole } from '../../../../text/numbers.ts'
import { cellsOf, compareCells, matches, type Sum, sumOf, valueIn } from '../cells.ts'
import type { PageData } from '../page-data.ts'
import { all, one } from './dom.ts'
import { isNarrowed, leftOf, type View } from './view.ts'

interface Line {
  html: string
  cells: ReturnType<typeof cellsOf>
  /** Of the report, where its groups are the rows. */
  group: PageData['groups'][number] | undefined
}

/** More rows than that are not opened at once, nor on paper: of ten thousand, a browser makes no document. */
const MOST_OPENED = 2_000

/** A table of the page: sorted by its headings, narrowed, and folded to its first rows. */
export class Table {
  readonly #table: HTMLTableElement
  readonly #view: View
  readonly #isGroups: boolean
  /** Names of models or groups are in it, and not times alone. */
  readonly #canNarrow: boolean
  readonly #fold: HTMLElement | null
  readonly #most: number
  #known: Line[] | undefined
  #order: { column: number; isDescending: boolean } | undefined
  #shown: number

  constructor(table: HTMLTableElement, view: View) {
    this.#table = table
    this.#view = view
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
    return this.#fold !== null && this.#shown < MOST_OPENED
  }

  /** As far as it opens at once. */
  unfold(): void {
    this.open(MOST_OPENED)
  }

  #headings(): HTMLElement[] {
    return all('thead th', this.#table)
  }

  /** All rows, also those that are only text until they are asked for. */
  #lines(): Line[] {
    if (this.#known) return this.#known
    const rest = this.#table.parentElement?.querySelector('noscript')?.textContent ?? ''
    const rows = [one('tbody', this.#table).innerHTML, rest].flatMap((text) => text.split('\n'))
    const groups = this.#isGroups ? this.#view.data.groups : []
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
    const left = this.#canNarrow ? leftOf(this.#view) : undefined
    if (!left) return this.#lines()
    return this.#lines().filter(({ group, cells }) => {
      if (this.#isGroups) return group !== undefined && left.has(group.name)
      const texts = cells.flatMap(({ text, title }) => [text, title])
      const { stacks, isByModel } = this.#view.data
      const isChosen =
        !this.#view.chosen ||
        !isByModel ||
        this.#view.chosen.stacks.some((stack) => texts.some((text) => text.includes(stacks[stack] ?? '')))
      return isChosen && matches(texts.join(' '), this.#view.query)
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
    if (!this.#isGroups || !isNarrowed(this.#view) || !(row instanceof HTMLTableRowElement)) return
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
      cell.textContent = adds ? sumOf(how, values, isFloor, this.#view.data.costUsd) : ''
      cell.classList.remove('bad', 'none')
    }
  }
}

function sumIn(heading: HTMLElement | undefined): Sum | undefined {
  const how = heading?.dataset.sum
  if (how === undefined) return undefined
  return how === 'count' || how === 'share' ? how : Number(how)
}
