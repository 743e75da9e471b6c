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

export function noSuchStream(): AwsFault {
  return notFound('The specified log stream does not exist.')
}

export function alreadyExists(what: 'group' | 'stream'): AwsFault {
  return new AwsFault('ResourceAlreadyExistsException', `The specified log ${what} already exists`)
}
