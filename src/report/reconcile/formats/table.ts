import { plain, withoutCommands } from '../../../text/escape.ts'
import { shortNames } from '../../../text/models.ts'
import { signedUsd } from '../../../text/numbers.ts'
import { arrange, type Column, draw, table } from '../../../text/table.ts'
import { wrap, wrapParts } from '../../../text/wrap.ts'
import { isTimeGrouping } from '../../grouping.ts'
import type { Cause, Group, Reconciliation } from '../model.ts'
import type { Layout } from './index.ts'
import {
  about,
  answer,
  daysOf,
  facts,
  keyHeadings,
  keyText,
  type MoneyColumn,
  moneyColumns,
  PROPOSAL,
  proposed,
  whereOf,
} from './words.ts'

/** Texts are not folded to less. */
const LEAST_WIDTH = 14
/** Unless there is no room for anything else. */
const LEAST_WORD = 7
const MOST_GROUPS = 10

/** For people: the answer, then why, then which models; and what to do. */
export function render(result: Reconciliation, options: Layout): string {
  const { width, paint, verbose = false, isPicked = false } = options
  const { causes, groups, warnings, total } = result
  const isByTime = keyHeadings(groups).some(({ name }) => isTimeGrouping(name))
  const shown = verbose || isPicked || isByTime ? groups : groups.slice(0, MOST_GROUPS)
  const left = groups.length - shown.length
  const labels: Shorten = (names) => (verbose ? names.map(plain) : shortNames('model', names.map(plain)))
  const remedies = [...new Set(causes.flatMap(({ title, remedy }) => (remedy ? [`${title}: ${remedy}`] : [])))]
  const unsure = total.unexplainedPercent !== 0
  const lines = [
    ...wrapParts(answer(result), width).map((line) => (unsure ? paint.bold(paint.yellow(line)) : paint.bold(line))),
    ...wrapParts(about(result).map(plain), width).map((line) => paint.dim(line)),
    '',
    ...(causes.length === 0
      ? [groups.length === 0 ? 'Nothing was billed, and nothing was estimated.' : 'The bill is what was estimated.']
      : table({ columns: causeColumns(labels), least: LEAST_WIDTH }, causes, options)),
    ...groupTable(shown, labels, options),
    ...(left > 0 ? [paint.dim(`and ${left} more (--verbose)`)] : []),
    '',
    ...[...facts(result), ...remedies].flatMap((text) => wrap(`- ${plain(text)}`, width, '  ')),
    ...warnings.flatMap(({ message }) => wrap(`- Note: ${plain(message)}`, width, '  ')),
    ...(result.proposal ? ['', ...wrap(PROPOSAL, width), ...proposed(result).map(plain)] : []),
  ]
  return withoutCommands(`${lines.join('\n')}\n`)
}

type Shorten = (names: readonly string[]) => string[]

const OF = { quantity: 'quantity', rate: 'rate', unexplained: '–' } as const

function causeColumns(labels: Shorten): Column<Cause>[] {
  return [
    {
      heading: 'Why',
      cell: ({ title, of }) => (of === 'unexplained' ? `unexplained: ${title}` : title),
      fold: (text, width) => wrap(text, width),
      tone: ({ of }) => (of === 'unexplained' ? 'unsure' : undefined),
    },
    { heading: 'of', cell: ({ of }) => OF[of] },
    { heading: 'USD', align: 'right', cell: ({ usd }) => signedUsd(usd) },
    { heading: 'Where', cell: (cause) => plain(whereOf(cause, labels)), fold: (text, width) => wrap(text, width) },
    { heading: 'Days', cell: daysOf },
  ]
}

/** Where there is no room for what the difference is made of, the causes above tell it. */
function groupTable(
  groups: readonly Group[],
  labels: Shorten,
  { width, paint, columns: asked = [] }: Layout,
): string[] {
  if (groups.length === 0) return []
  const columns = [
    ...keyHeadings(groups).map((key) => keyColumn(key, groups, labels)),
    ...moneyColumns(asked).map(money),
  ]
  const without = (...left: string[]) =>
    asked.length > 0 ? columns : columns.filter(({ heading }) => !left.some((name) => name === heading))
  const [parts, sums] = [without('Quantity', 'Rate'), without('Quantity', 'Rate', 'Estimate')]
  const candidates = [
    { columns },
    { columns: parts },
    { columns: parts, least: LEAST_WIDTH },
    { columns: sums, least: LEAST_WORD },
  ]
  return ['', ...draw(arrange(candidates, groups, width), groups, paint)]
}

function keyColumn(
  { name, heading }: { name: string; heading: string },
  groups: readonly Group[],
  labels: Shorten,
): Column<Group> {
  const texts = groups.map((group) => keyText(group, name))
  const shown = new Map(groups.map((group, index) => [group, (name === 'model' ? labels(texts) : texts)[index] ?? '']))
  return { heading, cell: (group) => plain(shown.get(group) ?? ''), fold: (text, width) => wrap(text, width) }
}

function money({ heading, field, text }: MoneyColumn): Column<Group> {
  const isUnsure = (one: Group) => field === 'unexplainedUsd' && one.unexplainedUsd !== 0
  return {
    heading,
    align: 'right',
    cell: (one) => text(one[field]),
    tone: (one) => (isUnsure(one) ? 'unsure' : undefined),
  }
}
