import type { AwsContext } from '../aws/context.ts'
import { AppError } from '../core/errors.ts'
import type { PlanItem } from '../core/plan.ts'
import { GLOBAL } from '../core/resource.ts'

/**
 * What stands in a setup's way before its first change: something unreadable, or something that is not ours. In one Region
 * of several it holds up that Region alone; in what is global, or everywhere, the whole setup.
 */
export function obstaclesOf(
  items: readonly PlanItem[],
  regions: readonly string[],
): { obstacle: AppError | undefined; held: Set<string> } {
  const inTheWay = items.filter(({ action, error }) => error || action === 'blocked')
  const held = new Set(inTheWay.map(({ resource }) => resource.region))
  const stopsAll = held.has(GLOBAL) || regions.every((region) => held.has(region))
  const [first] = inTheWay
  return { obstacle: stopsAll && first ? obstacleError(first) : undefined, held }
}

function obstacleError({ resource: { step, type, name }, reason, hint, error }: PlanItem): AppError {
  if (error) return error
  const message = `step ${step}, ${type} ${name}: ${reason}; nothing was changed`
  return new AppError('blocked', 'NotOurs', message, hint === undefined ? {} : { hint })
}

/** An item of a Region that is held up: nothing is done there, so that the Region is not left half set up. */
export function heldBack(item: PlanItem<AwsContext>): PlanItem<AwsContext> {
  if (item.error || item.action === 'blocked' || item.action === 'none') return item
  const { region } = item.resource
  const error = new AppError('failed', 'RegionHeldUp', `not done: something else in ${region} stands in the way`)
  return { ...item, error }
}

/** The first resource's error that could not be read; where some Regions could be read, the status is there in part. */
export function unreadableOf(items: readonly PlanItem[], regions: readonly string[]): AppError | undefined {
  const unreadable = items.filter((item) => item.error)
  const [first] = unreadable
  const dark = new Set(unreadable.map(({ resource }) => resource.region))
  if (!first?.error || dark.has(GLOBAL) || regions.every((region) => dark.has(region))) return first?.error
  const { code, message, hint } = first.error
  const text = `${[...dark].join(', ')} could not be read: ${message}`
  return new AppError('partial', code, text, hint === undefined ? {} : { hint })
}
