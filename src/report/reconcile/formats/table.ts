import { plain, withoutCommands } from '../../../text/escape.ts'
import { shortNames } from '../../../text/models.ts'
import { arrange, draw, table } from '../../../text/table.ts'
import { wrap, wrapParts } from '../../../text/wrap.ts'
import { isTimeGrouping } from '../../grouping.ts'
import type { Group, Reconciliation } from '../model.ts'
import type { Layout } from './index.ts'
import {
  about,
  answer,
  causeCells,
  facts,
  groupKeys,
  keyCells,
  moneyCells,
  PROPOSAL,
  proposed,
  type Shorten,
} from './words.ts'

const LEAST_WIDTH = 14
const LEAST_WORD = 7
const MOST_GROUPS = 10

/** For people: the answer, then why, then which models; and what to do. */
export function render(result: Reconciliation, options: Layout): string {
  const { width, paint, verbose = false, isPicked = false } = options
  const { causes, groups, warnings, total } = result
  const shown = verbose || isPicked || groupKeys(groups).some(isTimeGrouping) ? groups : groups.slice(0, MOST_GROUPS)
  const left = groups.length - shown.length
  const shorten: Shorten = (names) => (verbose ? names.map(plain) : shortNames('model', names.map(plain)))
  const remedies = [...new Set(causes.flatMap(({ title, remedy }) => (remedy ? [`${title}: ${remedy}`] : [])))]
  const bold = (line: string) => paint.bold(total.unexplainedPercent !== 0 ? paint.yellow(line) : line)
  const lines = [
    ...wrapParts(answer(result), width).map(bold),
    ...wrapParts(about(result).map(plain), width).map((line) => paint.dim(line)),
    '',
    ...(causes.length === 0
      ? [groups.length === 0 ? 'Nothing was billed and nothing was estimated.' : 'The bill is what was estimated.']
      : table({ columns: causeCells(shorten).map(safe), least: LEAST_WIDTH }, causes, options)),
    ...groupTable(shown, shorten, options),
    ...(left > 0 ? [paint.dim(`and ${left} more (--verbose)`)] : []),
    '',
    ...[...facts(result), ...remedies, ...warnings.map(({ message }) => `Note: ${message}`)].flatMap((text) =>
      wrap(`- ${plain(text)}`, width, '  '),
    ),
    ...(result.proposal ? ['', ...wrap(PROPOSAL, width), ...proposed(result).map(plain)] : []),
  ]
  return withoutCommands(`${lines.join('\n')}\n`)
}

/** Where there is no room for what the difference is made of, the causes above tell it. */
function groupTable(
  groups: readonly Group[],
  shorten: Shorten,
  { width, paint, columns: asked = [] }: Layout,
): string[] {
  if (groups.length === 0) return []
  const columns = [...keyCells(groups, shorten), ...moneyCells(asked, 'unsure')].map(safe)
  const without = (...left: string[]) =>
    asked.length > 0 ? columns : columns.filter(({ heading }) => !left.includes(heading))
  const [parts, sums] = [without('Quantity', 'Rate'), without('Quantity', 'Rate', 'Estimate')]
  const candidates = [
    { columns },
    { columns: parts },
    { columns: parts, least: LEAST_WIDTH },
    { columns: sums, least: LEAST_WORD },
  ]
  return ['', ...draw(arrange(candidates, groups, width), groups, paint)]
}

function safe<Of extends { cell(row: never): string }>(column: Of): Of {
  return { ...column, cell: (row: never) => plain(column.cell(row)) }
}
