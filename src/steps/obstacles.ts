import type { AwsContext } from '../aws/context.ts'
import { AppError } from '../core/errors.ts'
import type { PlanItem } from '../core/plan.ts'
import { GLOBAL } from '../core/resource.ts'

/** What cannot be read or is not ours holds up its Region, or its step on request, alone; in what is global, or everywhere, all. */
export function obstaclesOf(
  items: readonly PlanItem[],
  regions: readonly string[],
): {
  obstacle: AppError | undefined
  /** What holds up a part, as a dry run says it. */
  inPart: AppError | undefined
  holdBack(item: PlanItem<AwsContext>): PlanItem<AwsContext>
} {
  const inTheWay = items.filter(({ action, error }) => error || action === 'blocked')
  const held = new Set(inTheWay.map(partOf))
  const heldIn = ({ resource: { step, region } }: PlanItem) =>
    [region, `step ${step} in ${region}`].find((part) => held.has(part))
  const stopsAll = held.has(GLOBAL) || regions.every((region) => held.has(region)) || items.every(heldIn)
  const first = inTheWay.find((item) => partOf(item) === item.resource.region) ?? inTheWay[0]
  return {
    obstacle: stopsAll && first ? obstacleError(first) : undefined,
    inPart: unreadableOf(items, regions) ?? (first && obstacleError(first, 'partial')),
    holdBack: (item) => heldBack(item, heldIn(item)),
  }
}

function obstacleError({ resource, reason, hint, error }: PlanItem, kind: 'blocked' | 'partial' = 'blocked'): AppError {
  if (error) return error
  const { step, type, name, region } = resource
  const so = kind === 'blocked' ? 'nothing was changed' : `so nothing can be set up in ${region}`
  return new AppError(kind, 'NotOurs', `step ${step}, ${type} ${name}: ${reason}; ${so}`, { hint })
}

/** An item of what is held up: nothing is done there, so that it is not left half set up. The rest of a Region goes on. */
function heldBack(item: PlanItem<AwsContext>, part: string | undefined): PlanItem<AwsContext> {
  if (part === undefined || item.error || item.action === 'blocked' || item.action === 'none') return item
  const [kind, code] =
    part === item.resource.region ? (['failed', 'RegionHeldUp'] as const) : (['partial', 'StepHeldUp'] as const)
  return { ...item, error: new AppError(kind, code, `not done: something else in ${part} prevents it`) }
}

/** The first resource's error that could not be read; where others could be read, the status is there in part. */
export function unreadableOf(items: readonly PlanItem[], regions: readonly string[]): AppError | undefined {
  const unreadable = items.filter((item) => item.error)
  const [first] = unreadable
  const dark = new Set(unreadable.map(partOf))
  if (!first?.error || dark.has(GLOBAL) || regions.every((region) => dark.has(region))) return first?.error
  const { code, message, hint } = first.error
  const text = `${[...dark].join(', ')} could not be read: ${message}`
  return new AppError('partial', code, text, { hint })
}

/** Steps that are made on request alone, and that no other needs: what AWS does not let be read of one holds up that one. */
const ON_REQUEST = ['2c', '2d']

/** The part of a setup that an item holds up: its step, where nothing else hangs on that, or all of its Region. */
function partOf({ resource: { step, region }, error }: Pick<PlanItem, 'resource' | 'error'>): string {
  return error?.kind === 'aws' && ON_REQUEST.includes(step) ? `step ${step} in ${region}` : region
}
