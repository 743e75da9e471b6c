import { escapeHtml } from '../../../text/escape.ts'
import { signedPercent, signedUsd, usd, whole } from '../../../text/numbers.ts'
import { framed } from '../../formats/html/frame.ts'
import { tilesOf } from '../../formats/html/headline.ts'
import { notes } from '../../formats/html/notes.ts'
import { htmlTable, type PageColumn } from '../../formats/html/table.ts'
import type { Amounts, Cell, Reconciliation } from '../model.ts'
import { about, daysOf, facts, PROPOSAL, proposed, unexplainedShare, whereOf } from './words.ts'

/** A page has no room for more; CSV and JSON have them all. */
const MOST_CELLS = 500

/** One file that needs nothing else, not even a script: the answer, why, and what it is of. */
export function render(result: Reconciliation): string {
  const { total, causes, models, days, cells, warnings, proposal } = result
  const dearest = [...cells]
    .sort((a, b) => Math.abs(b.differenceUsd) - Math.abs(a.differenceUsd))
    .filter(({ differenceUsd }) => differenceUsd !== 0)
    .slice(0, MOST_CELLS)
  const all = <Row>(caption: string, columns: readonly PageColumn<Row>[], rows: readonly Row[]) =>
    rows.length === 0
      ? ''
      : `<h2>${escapeHtml(caption)}</h2>\n${htmlTable({ caption, columns, rows, most: rows.length })}`
  const share = total.unexplainedPercent
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
          note: total.differencePercent === null ? undefined : signedPercent(total.differencePercent / 100),
        },
        { title: 'of quantity', value: signedUsd(total.quantityUsd) },
        { title: 'of rate', value: signedUsd(total.rateUsd) },
        {
          title: 'Unexplained',
          value: usd(total.unexplainedUsd),
          bad: share !== 0,
          note: share === null ? undefined : unexplainedShare(total),
        },
      ]),
      all(
        'Why they differ',
        [
          {
            heading: 'Why',
            kind: 'key',
            cell: ({ title, of }) => (of === 'unexplained' ? `unexplained: ${title}` : title),
          },
          { heading: 'of', kind: 'key', cell: ({ of }) => of },
          { heading: 'US dollars', cell: ({ usd: amount }) => signedUsd(amount) },
          { heading: 'Where', kind: 'key', cell: (cause) => whereOf(cause, (names) => [...names]) },
          { heading: 'Days', kind: 'when', cell: daysOf },
          { heading: 'What to do', kind: 'key', cell: ({ remedy = '' }) => remedy },
        ],
        causes,
      ),
      all<Reconciliation['models'][number]>(
        'Models',
        [{ heading: 'Model', kind: 'key', cell: ({ model }) => model }, ...MONEY],
        models,
      ),
      all<Reconciliation['days'][number]>(
        'Days',
        [{ heading: 'Day', kind: 'when', cell: ({ day }) => day }, ...MONEY],
        days,
      ),
      all<Cell>(
        `The largest differences${dearest.length === MOST_CELLS ? `, the first ${MOST_CELLS}` : ''}`,
        [
          { heading: 'Day', kind: 'when', cell: ({ day }) => day },
          { heading: 'Model', kind: 'key', cell: ({ model }) => model },
          { heading: 'Account', kind: 'key', cell: ({ account }) => account },
          { heading: 'Region', kind: 'key', cell: ({ region }) => region },
          { heading: 'Kind', kind: 'key', cell: ({ kind }) => kind },
          { heading: 'Terms', kind: 'key', cell: ({ terms }) => terms },
          { heading: 'Billed', cell: ({ billedQuantity }) => whole(billedQuantity) },
          { heading: 'Measured', cell: ({ measuredQuantity }) => whole(measuredQuantity) },
          ...MONEY,
        ],
        dearest,
      ),
      `<h2>The bill</h2>\n<ul class="notes">${facts(result)
        .map((text) => `<li>${escapeHtml(text)}</li>`)
        .join('\n')}</ul>`,
      ...(proposal
        ? [
            `<h2>Prices that the bill speaks for</h2>\n<p>${escapeHtml(PROPOSAL)}</p>\n<pre>${escapeHtml(proposed(result).join('\n'))}</pre>`,
          ]
        : []),
      ...(warnings.length > 0 ? ['<h2>Notes</h2>', notes(warnings)] : []),
    ],
    foot: `bedrock-monitor, ${escapeHtml(result.generatedAt)}; asking cost ${escapeHtml(usd(result.calls.usd))}`,
  })
}

const MONEY: readonly PageColumn<Amounts>[] = [
  { heading: 'Bill', cell: ({ billUsd }) => usd(billUsd) },
  { heading: 'Estimate', cell: ({ estimateUsd }) => usd(estimateUsd) },
  { heading: 'Difference', cell: ({ differenceUsd }) => signedUsd(differenceUsd) },
  { heading: 'of quantity', cell: ({ quantityUsd }) => signedUsd(quantityUsd) },
  { heading: 'of rate', cell: ({ rateUsd }) => signedUsd(rateUsd) },
  {
    heading: 'Unexplained',
    cell: ({ unexplainedUsd }) => signedUsd(unexplainedUsd),
    tone: ({ unexplainedUsd }) => (unexplainedUsd === 0 ? undefined : 'bad'),
  },
]
