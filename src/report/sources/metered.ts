import type { AwsContext } from '../../aws/context.ts'
import type { BilledUnit } from '../../core/events.ts'

/** The same context, and what is asked through it from now on that AWS bills, summed up by unit. */
export function metered(cx: AwsContext): { cx: AwsContext; billed: ReadonlyMap<BilledUnit, number> } {
  const billed = new Map<BilledUnit, number>()
  const emit: AwsContext['emit'] = (event) => {
    if (event.type === 'billed') billed.set(event.unit, (billed.get(event.unit) ?? 0) + event.count)
    cx.emit(event)
  }
  return { cx: { ...cx, emit }, billed }
}
