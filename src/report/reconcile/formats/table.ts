import { plain, withoutCommands } from '../../../text/escape.ts'
import { shortNames } from '../../../text/models.ts'
import { signedUsd, usd } from '../../../text/numbers.ts'
import type { TextOptions } from '../../../text/painter.ts'
import { arrange, type Column, draw, table } from '../../../text/table.ts'
import { wrap, wrapParts } from '../../../text/wrap.ts'
import type { Amounts, Cause, Reconciliation } from '../model.ts'
import { about, answer, daysOf, facts, PROPOSAL, proposed, whereOf } from './words.ts'

/** Texts are not folded to less. */
const LEAST_WIDTH = 14
const MOST_MODELS = 10

/** For people: the answer, then why, then which models; and what to do. */
export function render(result: Reconciliation, options: TextOptions): string {
  const { width, paint, verbose = false } = options
  const { causes, models, warnings, total } = result
  const shown = verbose ? models : models.slice(0, MOST_MODELS)
  const left = models.length - shown.length
  const labels = shorten(verbose)
  const remedies = [...new Set(causes.flatMap(({ title, remedy }) => (remedy ? [`${title}: ${remedy}`] : [])))]
  const unsure = total.unexplainedPercent !== 0
  const lines = [
    ...wrapParts(answer(result), width).map((line) => (unsure ? paint.bold(paint.yellow(line)) : paint.bold(line))),
    ...wrapParts(about(result).map(plain), width).map((line) => paint.dim(line)),
    '',
    ...(causes.length === 0
      ? [models.length === 0 ? 'Nothing was billed, and nothing was estimated.' : 'The bill is what was estimated.']
      : table({ columns: causeColumns(labels), least: LEAST_WIDTH }, causes, options)),
    ...modelTable(shown, labels(shown.map(({ model }) => model)), options),
    ...(left > 0 ? [paint.dim(`and ${left} more models (--verbose)`)] : []),
    '',
    ...[...facts(result), ...remedies].flatMap((text) => wrap(`- ${plain(text)}`, width, '  ')),
    ...warnings.flatMap(({ message }) => wrap(`- Note: ${plain(message)}`, width, '  ')),
    ...(result.proposal ? ['', ...wrap(PROPOSAL, width), ...proposed(result).map(plain)] : []),
  ]
  return withoutCommands(`${lines.join('\n')}\n`)
}

type Shorten = (names: readonly string[]) => string[]

function shorten(verbose: boolean): Shorten {
  return (names) => (verbose ? names.map(plain) : shortNames('model', names.map(plain)))
}

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
function modelTable(
  models: Reconciliation['models'],
  labels: readonly string[],
  { width, paint }: TextOptions,
): string[] {
  if (models.length === 0) return []
  const columns = modelColumns(labels, models)
  const parts = columns.filter(({ heading }) => heading !== 'Quantity' && heading !== 'Rate')
  const candidates = [{ columns }, { columns: parts }, { columns: parts, least: LEAST_WIDTH }]
  return ['', ...draw(arrange(candidates, models, width), models, paint)]
}

function modelColumns(
  labels: readonly string[],
  models: Reconciliation['models'],
): Column<Reconciliation['models'][number]>[] {
  const money = (heading: string, field: keyof Amounts, text = signedUsd): Column<Amounts> => ({
    heading,
    align: 'right',
    cell: (one) => text(one[field]),
  })
  const names = new Map(models.map(({ model }, index) => [model, labels[index] ?? model]))
  return [
    { heading: 'Model', cell: ({ model }) => names.get(model) ?? model, fold: (text, width) => wrap(text, width) },
    money('Bill', 'billUsd', usd),
    money('Estimate', 'estimateUsd', usd),
    money('Difference', 'differenceUsd'),
    money('Quantity', 'quantityUsd'),
    money('Rate', 'rateUsd'),
    {
      ...money('Unexplained', 'unexplainedUsd'),
      tone: ({ unexplainedUsd }) => (unexplainedUsd === 0 ? undefined : 'unsure'),
    },
  ]
}
