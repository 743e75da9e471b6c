import { escapeHtml } from '../../../text/escape.ts'
import { signedPercent, signedUsd, usd, whole } from '../../../text/numbers.ts'
import { framed, noteList, notes, tilesOf } from '../../formats/html/frame.ts'
import { htmlTable, type PageColumn } from '../../formats/html/table.ts'
import type { Cell, Reconciliation } from '../model.ts'
import type { Layout } from './index.ts'
import { about, causeCells, facts, keyCells, moneyCells, PROPOSAL, proposed, unexplainedShare } from './words.ts'

/** A page has no room for more; CSV and JSON have them all. */
const MOST_CELLS = 500

const CELLS: PageColumn<Cell>[] = [
  { heading: 'Day', kind: 'when', cell: ({ day }) => day },
  { heading: 'Model', kind: 'key', cell: ({ model }) => model },
  { heading: 'Account', kind: 'when', cell: ({ account }) => account },
  { heading: 'Region', kind: 'key', cell: ({ region }) => region },
  { heading: 'Kind', kind: 'key', cell: ({ kind }) => kind },
  { heading: 'Terms', kind: 'key', cell: ({ terms }) => terms },
  { heading: 'Billed', cell: ({ billedQuantity }) => whole(billedQuantity) },
  { heading: 'Measured', cell: ({ measuredQuantity }) => whole(measuredQuantity) },
]

/** One file that needs nothing else, not even a script: the answer, why, and what it is of. */
export function render(result: Reconciliation, { columns, isGrouped = false }: Partial<Layout> = {}): string {
  const { total, causes, groups, days, cells, warnings, proposal } = result
  const costliest = [...cells]
    .sort((a, b) => Math.abs(b.differenceUsd) - Math.abs(a.differenceUsd))
    .filter(({ differenceUsd }) => differenceUsd !== 0)
    .slice(0, MOST_CELLS)
  const all = <Row>(caption: string, columns: readonly PageColumn<Row>[], rows: readonly Row[]) =>
    rows.length === 0
      ? ''
      : `<h2>${escapeHtml(caption)}</h2>\n${htmlTable({ caption, columns, rows, most: rows.length })}`
  const own = `<h2>Prices that the bill suggests</h2>\n<p>${escapeHtml(PROPOSAL)}</p>\n<pre>${escapeHtml(proposed(result).join('\n'))}</pre>`
  const { differencePercent, unexplainedPercent } = total
  return framed({
    heading: 'Amazon Bedrock: bill and estimate',
    of: result.estimate.accounts.join(', '),
    about: about(result).join(' · '),
    main: [
      tilesOf([
        { title: 'Bill', value: usd(total.billUsd) },
        { title: 'Estimate', value: usd(total.estimateUsd) },
        {
          title: 'Difference',
          value: signedUsd(total.differenceUsd),
          note: differencePercent === null ? undefined : signedPercent(differencePercent / 100),
        },
        { title: 'of quantity', value: signedUsd(total.quantityUsd) },
        { title: 'of rate', value: signedUsd(total.rateUsd) },
        {
          title: 'Unexplained',
          value: usd(total.unexplainedUsd),
          bad: unexplainedPercent !== 0,
          note: unexplainedPercent === null ? undefined : unexplainedShare(total),
        },
      ]),
      all(
        'Why they differ',
        [...causeCells(), { heading: 'What to do', kind: 'key', cell: ({ remedy = '' }) => remedy }],
        causes,
      ),
      all(isGrouped ? 'Groups' : 'Models', [...keyCells(groups), ...moneyCells(columns)], groups),
      all<Reconciliation['days'][number]>(
        'Days',
        [{ heading: 'Day', kind: 'when', cell: ({ day }) => day }, ...moneyCells()],
        days,
      ),
      all(
        `The largest differences${costliest.length === MOST_CELLS ? `, the first ${MOST_CELLS}` : ''}`,
        [...CELLS, ...moneyCells()],
        costliest,
      ),
      `<h2>The bill</h2>\n${noteList(facts(result).map(escapeHtml))}`,
      ...(proposal ? [own] : []),
      ...(warnings.length > 0 ? ['<h2>Notes</h2>', notes(warnings)] : []),
    ],
    foot: `bedrock-monitor, ${escapeHtml(result.generatedAt)}; this cost ${escapeHtml(usd(result.calls.usd))}`,
  })
}
