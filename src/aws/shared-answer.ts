import type { AwsContext } from './context.ts'

/** One answer for all who ask while it is on its way: a plan reads its resources side by side. */
export function sharedAnswer<Answer>(ask: (cx: AwsContext) => Promise<Answer>): (cx: AwsContext) => Promise<Answer> {
  let underway: Promise<Answer> | undefined
  return (cx) => {
    underway ??= ask(cx).finally(() => {
      underway = undefined
    })
    return underway
  }
}
