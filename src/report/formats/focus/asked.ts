import { usageError } from '../../../core/errors.ts'
import { groupsBy, isTimeGrouping } from '../../grouping.ts'
import type { Asked } from '../format.ts'

/** 1.2 is what AWS exports itself, and what most programs that read FOCUS take. */
export const FOCUS_VERSIONS = ['1.2', '1.4'] as const
export type FocusVersion = (typeof FOCUS_VERSIONS)[number]

/** What every row tells; and those of a bill, of which each usage type has one kind and one tier. */
const TOLD = ['account', 'region', 'model']
const OF_BILLS = ['service', 'usage-type', 'kind', 'tier']
/** What changes which rows or columns there are, what a row is of, or their order. */
const REFUSED = ['compare', 'top', 'columns', 'sort']

/**
 * What charges are told apart by for FOCUS: the hour or the day, what every row tells, and what else was asked for.
 * @throws a usage error for what FOCUS has no place for
 */
export function focusBy({ by, timeZone, groupings, given }: Asked): readonly string[] {
  const contradicts = (flag: string, why: string, hint: string) =>
    usageError(`--${flag} and --format focus contradict each other: ${why}`, hint)
  const period = by.find((name) => name === 'week' || name === 'month')
  if (period) throw contradicts(`by ${period}`, 'a row is of a day or an hour', 'pass --by day')
  const isUtc = timeZone === 'UTC'
  if (!isUtc) throw contradicts(`timezone ${timeZone}`, 'its days are those of UTC', 'leave --timezone out')
  const refused = REFUSED.find((name) => given.includes(name))
  const all = 'it has every charge of one window, in the order of time'
  if (refused) throw contradicts(refused, all, `leave --${refused} out`)
  const told = groupsBy(groupings, 'usage-type') ? [...TOLD, ...OF_BILLS] : TOLD
  return [...new Set([by.includes('hour') ? 'hour' : 'day', ...told, ...by.filter((name) => !isTimeGrouping(name))])]
}
