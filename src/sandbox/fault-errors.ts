import type { FaultKind } from './faults.ts'
import { AwsFault, type ServiceId } from './service.ts'

type Wording = readonly [code: string, status: number]

/** How a service words what any service may refuse a call with. */
interface Wordings {
  readonly throttle: Wording
  readonly denied: Wording
  readonly expired: Wording
  readonly internal: Wording
}

const QUERY: Wordings = {
  throttle: ['Throttling', 400],
  denied: ['AccessDenied', 403],
  expired: ['ExpiredToken', 403],
  internal: ['InternalFailure', 500],
}
const JSON_RPC: Wordings = {
  throttle: ['ThrottlingException', 400],
  denied: ['AccessDeniedException', 400],
  expired: ['ExpiredTokenException', 403],
  internal: ['InternalFailure', 500],
}

const WORDINGS: ReadonlyMap<ServiceId, Wordings> = new Map<ServiceId, Wordings>([
  ['sts', QUERY],
  ['iam', QUERY],
  ['sns', { ...QUERY, denied: ['AuthorizationError', 403] }],
  ['cloudwatch', { ...QUERY, expired: JSON_RPC.expired }],
  [
    'bedrock',
    {
      throttle: ['ThrottlingException', 429],
      denied: ['AccessDeniedException', 403],
      expired: JSON_RPC.expired,
      internal: ['InternalServerException', 500],
    },
  ],
  [
    's3',
    {
      throttle: ['SlowDown', 503],
      denied: ['AccessDenied', 403],
      expired: ['ExpiredToken', 400],
      internal: ['InternalError', 500],
    },
  ],
])

/** The error that a fault is answered with, in the service's own words; undefined for those that are no error answer. */
export function faultError(kind: FaultKind, service: ServiceId, operation: string): AwsFault | undefined {
  const words = WORDINGS.get(service) ?? JSON_RPC
  switch (kind) {
    case 'throttle':
      return fault(words.throttle, service === 's3' ? 'Please reduce your request rate.' : 'Rate exceeded')
    case '500':
      return fault(words.internal, 'We encountered an internal error. Please try again.')
    case '503':
      return fault(['ServiceUnavailable', 503], 'The service is temporarily unable to handle the request.')
    case 'access-denied':
      return fault(
        words.denied,
        service === 's3' ? 'Access Denied' : `User is not authorized to perform: ${actionOf(service, operation)}`,
      )
    case 'expired-token':
      return fault(words.expired, 'The security token included in the request is expired')
    default:
      return undefined
  }
}

/** The action by IAM's name, which is not always that of service and operation. */
function actionOf(service: ServiceId, operation: string): string {
  if (service === 'quotas') return `servicequotas:${operation}`
  if (service === 'exports') return `bcm-data-exports:${operation}`
  if (service !== 'budgets' || operation.endsWith('Resource')) return `${service}:${operation}`
  return operation.startsWith('Describe') ? 'budgets:ViewBudget' : 'budgets:ModifyBudget'
}

function fault([code, status]: Wording, message: string): AwsFault {
  return new AwsFault(code, message, status)
}
