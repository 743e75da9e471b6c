import { whole } from '../../../../text/numbers.ts'
import { cellsOf, compareCells, matches, namesLeft, type PageData, type Sum, sumOf, valueIn } from '../page-data.ts'
import { all, one } from './tip.ts'

/** What stands on the page, and what the reader has narrowed it to. */
export interface View {
  readonly data: PageData
  query: string
  chosen: { label: string; stacks: readonly number[] } | undefined
}

/** The groups that are left; undefined where it is not narrowed. */
export const leftOf = ({ data, query, chosen }: View) => namesLeft(data, query, chosen?.stacks)

export const isNarrowed = ({ query, chosen }: View): boolean => query.trim() !== '' || chosen !== undefined

interface Line {
  html: string
  cells: ReturnType<typeof cellsOf>
  group: PageData['groups'][number] | undefined
}

/** More rows than that are not opened at once, nor on paper: of ten thousand, a browser makes no document. */
export const MOST_OPENED = 2_000

export interface Table {
  show(): void
  /** At most so many rows show, and never fewer than at first. */
  open(rows: number): void
  isFolded(): boolean
}

/** Makes a table of the page one that can be sorted by its headings, narrowed, and folded to its first rows. */
export function liveTable(table: HTMLTableElement, view: View): Table {
  const isGroups = 'groups' in table.dataset
  /** Names of models or groups are in it, and not times alone. */
  const canNarrow = table.querySelector('thead .key:not(.when)') !== null
  const fold = table.querySelector<HTMLElement>('.fold')
  const opener = fold?.querySelector('button')
  const word = (opener?.textContent ?? '').replace(/^[\d,]+ /, '')
  const headings = all('thead th', table)
  const sums = headings.map(sumIn)
  const most = Number(table.dataset.most)
  let shown = most
  let known: Line[] | undefined
  let sorted: { column: number; isDescending: boolean } | undefined

  /** All rows, also those that are only text until they are asked for. */
  function lines(): Line[] {
    if (known) return known
    const rest = table.parentElement?.querySelector('noscript')?.textContent ?? ''
    const rows = [one('tbody', table).innerHTML, rest].flatMap((text) => text.split('\n'))
    const groups = isGroups ? view.data.groups : []
    known = rows
      .filter((html) => html.startsWith('<tr>'))
      .map((html, index) => ({ html, cells: cellsOf(html), group: groups[index] }))
    return known
  }

  function sort(column: number): void {
    const heading = headings[column]
    const isText = heading?.classList.contains('key') ?? false
    const isDescending = sorted?.column === column ? !sorted.isDescending : !isText
    sorted = { column, isDescending }
    for (const other of headings) other.removeAttribute('aria-sort')
    heading?.setAttribute('aria-sort', isDescending ? 'descending' : 'ascending')
    const how = sums[column]
    // What is rounded in its cells is told apart by what it is.
    const exact = ({ group }: Line) => (how === undefined || how === 'count' ? null : valueIn(how, group, ''))
    lines().sort((a, b) => {
      const [x, y] = [exact(a), exact(b)]
      if (x !== null && y !== null) return isDescending ? y - x : x - y
      return compareCells(a.cells[column]?.text ?? '', b.cells[column]?.text ?? '', isText, isDescending)
    })
    show()
  }

  function left(): Line[] {
    const names = canNarrow ? leftOf(view) : undefined
    if (!names) return lines()
    const { data, query, chosen } = view
    return lines().filter(({ group, cells }) => {
      if (isGroups) return group !== undefined && names.has(group.name)
      const texts = cells.flatMap(({ text, title }) => [text, title])
      const hasStack = (stack: number) => texts.some((text) => text.includes(data.stacks[stack] ?? ''))
      return (!chosen || !data.isByModel || chosen.stacks.some(hasStack)) && matches(texts.join(' '), query)
    })
  }

  /** Shows what is left, in its order: the first rows, and the rest behind the line that opens it. */
  function show(): void {
    const some = left()
    const others = fold ? some.slice(shown) : []
    const rows = fold ? some.slice(0, shown) : some
    one('tbody', table).innerHTML = rows.map(({ html }) => html).join('\n')
    table.parentElement?.classList.toggle('open', rows.length > most)
    if (fold && opener) {
      fold.hidden = some.length <= most
      opener.setAttribute('aria-expanded', String(others.length === 0))
      opener.textContent = others.length > 0 ? `${whole(others.length)} ${word}` : 'Show fewer'
      addUp(one<HTMLTableRowElement>('tr', fold), others)
    }
    const foot = table.tFoot
    foot?.querySelector('.left')?.remove()
    const row = foot?.rows[0]?.cloneNode(true)
    if (!isGroups || !isNarrowed(view) || !(row instanceof HTMLTableRowElement)) return
    row.className = 'left'
    const [label] = row.cells
    if (label) label.textContent = `${whole(some.length)} shown`
    addUp(row, some)
    foot?.prepend(row)
  }

  function addUp(row: HTMLTableRowElement, some: readonly Line[]): void {
    const isFloor = some.some(({ group }) => group?.isFloor)
    for (const [column, how] of sums.entries()) {
      const cell = row.cells[column]
      if (!cell || column === 0) continue
      const adds = how !== undefined && isGroups && some.length > 0
      const value = ({ group, cells }: Line) =>
        how === undefined ? null : valueIn(how, group, cells[column]?.text ?? '')
      cell.textContent = adds ? sumOf(how, some.map(value), isFloor, view.data.costUsd) : ''
      cell.classList.remove('bad', 'none')
    }
  }

  function open(rows: number): void {
    shown = Math.max(most, rows)
    show()
  }

  for (const [column, heading] of headings.entries()) {
    const button = document.createElement('button')
    button.append(...heading.childNodes)
    heading.append(button)
    button.addEventListener('click', () => sort(column))
  }
  if (opener) {
    opener.disabled = false
    opener.addEventListener('click', () => open(left().length <= shown ? most : shown + MOST_OPENED))
  }
  return { show, open, isFolded: () => fold !== null && shown < MOST_OPENED }
}

function sumIn(heading: HTMLElement): Sum | undefined {
  const how = heading.dataset.sum
  return how === undefined || how === 'count' || how === 'share' ? how : Number(how)
}
