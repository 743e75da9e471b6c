import { AwsFault } from '../../service.ts'

export function invalidParameter(message: string): AwsFault {
  return new AwsFault('InvalidParameterException', message)
}

export function notFound(message: string): AwsFault {
  return new AwsFault('ResourceNotFoundException', message)
}

export function noSuchGroup(): AwsFault {
  return notFound('The specified log group does not exist.')
}

export function groupExists(): AwsFault {
  return new AwsFault('ResourceAlreadyExistsException', 'The specified log group already exists')
}
