import { AwsFault, faultOf } from '../../service.ts'
import { page } from '../../state.ts'

/** What CloudWatch says to a request that breaks a rule of its parameters (`ValidationError` on the wire). */
export const validation = faultOf('ValidationException')
export const invalidValue = faultOf('InvalidParameterValueException')
export const invalidCombination = faultOf('InvalidParameterCombinationException')
export const missing = faultOf(
  'MissingRequiredParameterException',
  400,
  (parameter) => `The parameter ${parameter} is required.`,
)
export const invalidToken = faultOf('InvalidNextToken', 400, () => 'The next token specified is invalid.')

/** An alarm that SetAlarmState does not find. */
export const noSuchAlarm = faultOf('ResourceNotFound', 404, () => 'The named resource does not exist.')
export const noSuchDetector = faultOf('ResourceNotFoundException', 404, () => 'The anomaly detector does not exist.')
export const noSuchDashboard = faultOf('DashboardNotFoundError', 404, (name) => `Dashboard ${name} does not exist`)

export function noSuchResource(arn: string): AwsFault {
  return new AwsFault('ResourceNotFoundException', `The resource ${arn} does not exist`, 404, {
    ResourceType: arn.includes(':dashboard/') ? 'dashboard' : 'alarm',
    ResourceId: arn,
  })
}

/** One page of a list. @throws AwsFault for a token that is none of CloudWatch's. */
export function pageOf<Item>(items: readonly Item[], token: string | undefined, size: number) {
  if (token !== undefined && !/^\d+$/.test(token)) throw invalidToken()
  return page(items, token, size)
}

export function pagedAs<Item>(name: string, items: readonly Item[], token: string | undefined, size: number): object {
  const { items: part, next } = pageOf(items, token, size)
  return { [name]: part, NextToken: next }
}
