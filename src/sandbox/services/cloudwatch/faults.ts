import { AwsFault } from '../../service.ts'

/** What CloudWatch says to a request that breaks a rule of its parameters (`ValidationError` on the wire). */
export function validation(message: string): AwsFault {
  return new AwsFault('ValidationException', message)
}

export function invalidValue(message: string): AwsFault {
  return new AwsFault('InvalidParameterValueException', message)
}

export function invalidCombination(message: string): AwsFault {
  return new AwsFault('InvalidParameterCombinationException', message)
}

export function missing(parameter: string): AwsFault {
  return new AwsFault('MissingRequiredParameterException', `The parameter ${parameter} is required.`)
}

export function invalidToken(): AwsFault {
  return new AwsFault('InvalidNextToken', 'The next token specified is invalid.')
}

/** An alarm that SetAlarmState does not find. */
export function noSuchAlarm(): AwsFault {
  return new AwsFault('ResourceNotFound', 'The named resource does not exist.', 404)
}

export function noSuchDetector(): AwsFault {
  return new AwsFault('ResourceNotFoundException', 'The anomaly detector does not exist.', 404)
}

export function noSuchDashboard(name: string): AwsFault {
  return new AwsFault('DashboardNotFoundError', `Dashboard ${name} does not exist`, 404)
}

/** An ARN that the tagging operations do not find. */
export function noSuchResource(arn: string): AwsFault {
  return new AwsFault('ResourceNotFoundException', `The resource ${arn} does not exist`, 404, {
    ResourceType: arn.includes(':dashboard/') ? 'dashboard' : 'alarm',
    ResourceId: arn,
  })
}
