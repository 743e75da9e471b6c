import type { AwsContext } from '../../aws/context.ts'

/** The same context, and what is asked through it from now on that AWS bills, in other Regions too, summed up by unit. */
export function metered(cx: AwsContext): { cx: AwsContext; billed: ReadonlyMap<string, number> } {
  const billed = new Map<string, number>()
  const emit: AwsContext['emit'] = (event) => {
    if (event.type === 'billed') billed.set(event.unit, (billed.get(event.unit) ?? 0) + event.count)
    cx.emit(event)
  }
  const heard = (of: AwsContext): AwsContext => ({ ...of, emit, in: (region) => heard(of.in(region)) })
  return { cx: heard(cx), billed }
}
