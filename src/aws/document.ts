import { AppError } from '../core/errors.ts'

/**
 * A JSON object that AWS keeps as text (a policy, a dashboard's body). `what` names it for the reader. Throws an error of
 * kind `aws` where it is something else; what is in it is not quoted.
 */
export function parseDocument(text: string, what: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new AppError('aws', 'MalformedDocument', `${what} is not a JSON object`, {
    hint: 'look at it in the AWS console and mend it, or remove it there; then run this again',
  })
}
