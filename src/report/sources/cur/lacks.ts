import type { Warning } from '../../../core/events.ts'
import { count } from '../../../text/numbers.ts'
import { grouped } from '../../arrange.ts'
import type { BillLine } from '../../bill/line.ts'
import { OF_CALLERS } from '../../grouping.ts'
import { untagged } from '../billed.ts'
import { firstOf } from '../log-warnings.ts'
import { type Layout, tagsOf } from './fields.ts'
import type { Gathering } from './gather.ts'

/** What is asked for and no file has a column of. */
export function lackWarnings(
  layouts: readonly Layout[],
  told: readonly string[],
  { timeless, costless, isUntold, monthly }: Gathering,
  lines: readonly BillLine[],
): Warning[] {
  const isLacking = (has: (layout: Layout) => boolean) => layouts.length > 0 && !layouts.every(has)
  const columns = (message: string): Warning => ({
    code: 'bill-columns',
    message: `the export has no column ${message}`,
  })
  const damaged = (lines: number, what: string): Warning[] =>
    lines > 0 ? [{ code: 'bill-damaged', message: `${count(lines, 'line')} without ${what}` }] : []
  const isNameless =
    OF_CALLERS.some((name) => told.includes(name)) && isLacking((layout) => layout.places('principal').length > 0)
  const nameless =
    'line_item_iam_principal, so that callers are not known: it comes with INCLUDE_IAM_PRINCIPAL_DATA, in CUR 2.0 exports only'
  const untold =
    'product, so that models sold through AWS Marketplace may be missing, and the cost is a minimum: add product to its query'
  const typeless =
    'line_item_line_item_type (of FOCUS: ChargeCategory), so that credits, refunds, taxes and fees count as use: add it to its query'
  const unitless =
    'pricing_unit (of FOCUS: ConsumedUnit), so that tokens are taken to be in thousands; AWS also bills millions, and costs are as billed: add it to its query'
  const dayless = `${count(monthly, 'line')} of use of a month as a whole, counted on its first day: a part of a month, its days and what they lead to expect are not known; export the bill by day or hour`
  const ofTags = [...tagsOf(told)].flatMap(([name, tag]) =>
    isLacking((layout) => layout.tagPlaces(tag).length > 0)
      ? [columns(`for ${name}: add resource_tags and tags to its query`)]
      : untagged(lines, { name, key: tag.key }),
  )
  return [
    ...(isNameless ? [columns(nameless)] : []),
    ...(isUntold ? [columns(untold)] : []),
    ...(isLacking((layout) => layout.places('lineType').length > 0) ? [columns(typeless)] : []),
    ...(isLacking((layout) => layout.places('unit').length > 0) ? [columns(unitless)] : []),
    ...(monthly > 0 ? [{ code: 'bill-untold' as const, message: dayless }] : []),
    ...ofTags,
    ...damaged(timeless, 'a time in ISO 8601, as AWS writes it, not in the report'),
    ...damaged(costless, 'a cost, which is not in the report'),
  ]
}

/** What does not tell how much was used. */
export function uncountedWarnings(layouts: readonly Layout[], lines: readonly BillLine[]): Warning[] {
  const uncounted = lines.reduce((sum, line) => sum + (line.uncounted ?? 0), 0)
  if (uncounted === 0) return []
  const column = layouts.some(({ form }) => form.name === 'CUR') ? 'line_item_usage_amount' : 'ConsumedQuantity'
  const unknown = 'so that not all tokens and images are known; the cost is as billed'
  if (layouts.every((layout) => layout.places('quantity').length === 0))
    return [{ code: 'bill-columns', message: `the export has no column ${column}, ${unknown}: add it to its query` }]
  return [{ code: 'bill-damaged', message: `${count(uncounted, 'line')} without ${column}, ${unknown}` }]
}

export function firstOfEach(warnings: readonly Warning[]): Warning[] {
  return [...grouped(warnings, ({ code }) => code).values()].flatMap(firstOf)
}
