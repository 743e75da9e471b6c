import { parseDocument } from '../../aws/raw-json.ts'
import { AppError } from '../../core/errors.ts'
import type { Owner } from '../../core/resource.ts'
import { OWNER_LINE } from './ours.ts'
import type { DashboardBody } from './widgets.ts'

/** The member of a body, never put to AWS, that tells how a dashboard was written before there was anything of ours on it. */
const BEFORE = 'bedrock-monitor:before'
const NO_WIDGETS = 'no widgets'
const EMPTY_VARIABLES = 'empty variables'

/** The line on a dashboard that was there before; it remembers what nothing else on it shows. */
const ADOPTED_LINE = /Managed by bedrock-monitor \(adopted(?:; before: ([a-z, ]+))?\)\./

export const isMarkedAdopted = (text: string): boolean => ADOPTED_LINE.test(text)

/** A dashboard's body. Throws an error of kind `aws` for one that is no list of widgets. */
export function readBody(text: string, name: string): DashboardBody {
  const marked = ADOPTED_LINE.exec(text)
  // The mark of adoption is no difference that has to be mended.
  const body = parseDocument(text.replace(ADOPTED_LINE, OWNER_LINE), `dashboard ${name}`)
  const { widgets = [], variables } = body
  if (!Array.isArray(widgets)) {
    throw new AppError('aws', 'MalformedDocument', `dashboard ${name} has no list of widgets`, {
      hint: 'look at it in the AWS console and fix it, or pass --dashboard-name with another name',
    })
  }
  const isEmpty = Array.isArray(variables) && variables.length === 0
  const shown = [...(body.widgets ? [] : [NO_WIDGETS]), ...(isEmpty ? [EMPTY_VARIABLES] : [])]
  const before = marked ? (marked[1]?.split(', ') ?? []) : shown
  return { ...body, widgets, ...(before.length > 0 && { [BEFORE]: before }) }
}

/** The body as it is put: one that was there before us says so, and one without anything of ours is as it was before. */
export function written({ [BEFORE]: told, ...body }: DashboardBody, owner: Owner | undefined): string {
  if (owner !== 'unmarked' && owner !== 'adopted') return JSON.stringify(body)
  const before: unknown[] = Array.isArray(told) ? told : []
  const text = JSON.stringify({
    ...body,
    ...(before.includes(NO_WIDGETS) && body.widgets.length === 0 && { widgets: undefined }),
    ...(before.includes(EMPTY_VARIABLES) && !body.variables && { variables: [] }),
  })
  const memory = before.length > 0 ? `; before: ${before.join(', ')}` : ''
  return text.replace(OWNER_LINE, `Managed by bedrock-monitor (adopted${memory}).`)
}
