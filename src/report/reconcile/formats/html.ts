import { escapeHtml } from '../../../text/escape.ts'
import { signedPercent, signedUsd, usd, whole } from '../../../text/numbers.ts'
import { framed } from '../../formats/html/frame.ts'
import { tilesOf } from '../../formats/html/headline.ts'
import { notes } from '../../formats/html/notes.ts'
import { htmlTable, type PageColumn } from '../../formats/html/table.ts'
import { isTimeGrouping } from '../../grouping.ts'
import type { Amounts, Cell, Group, Reconciliation } from '../model.ts'
import type { Layout } from './index.ts'
import {
  about,
  daysOf,
  facts,
  keyHeadings,
  keyText,
  type MoneyColumn,
  moneyColumns,
  PROPOSAL,
  proposed,
  unexplainedShare,
  whereOf,
} from './words.ts'

/** A page has no room for more; CSV and JSON have them all. */
const MOST_CELLS = 500

/** One file that needs nothing else, not even a script: the answer, why, and what it is of. */
export function render(result: Reconciliation, { columns, isGrouped = false }: Partial<Layout> = {}): string {
  const { total, causes, groups, days, cells, warnings, proposal } = result
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
      all<Group>(
        isGrouped ? 'Groups' : 'Models',
        [...keyHeadings(groups).map(keyColumn), ...moneyColumns(columns).map(money)],
        groups,
      ),
      all<Reconciliation['days'][number]>(
        'Days',
        [{ heading: 'Day', kind: 'when', cell: ({ day }) => day }, ...moneyColumns().map(money)],
        days,
      ),
      all<Cell>(
        `The largest differences${dearest.length === MOST_CELLS ? `, the first ${MOST_CELLS}` : ''}`,
        [
          { heading: 'Day', kind: 'when', cell: ({ day }) => day },
          { heading: 'Model', kind: 'key', cell: ({ model }) => model },
          { heading: 'Account', kind: 'when', cell: ({ account }) => account },
          { heading: 'Region', kind: 'key', cell: ({ region }) => region },
          { heading: 'Kind', kind: 'key', cell: ({ kind }) => kind },
          { heading: 'Terms', kind: 'key', cell: ({ terms }) => terms },
          { heading: 'Billed', cell: ({ billedQuantity }) => whole(billedQuantity) },
          { heading: 'Measured', cell: ({ measuredQuantity }) => whole(measuredQuantity) },
          ...moneyColumns().map(money),
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

function keyColumn({ name, heading }: { name: string; heading: string }): PageColumn<Group> {
  return { heading, kind: isTimeGrouping(name) ? 'when' : 'key', cell: (one) => keyText(one, name) }
}

function money({ heading, field, text }: MoneyColumn): PageColumn<Amounts> {
  const isBad = (one: Amounts) => field === 'unexplainedUsd' && one.unexplainedUsd !== 0
  return { heading, cell: (one) => text(one[field]), tone: (one) => (isBad(one) ? 'bad' : undefined) }
}
