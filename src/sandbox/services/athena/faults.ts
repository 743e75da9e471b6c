import { AwsFault } from '../../service.ts'

/** What Athena refuses nearly everything with; for what is missing, too. */
export const invalidRequest = (message: string, AthenaErrorCode = 'INVALID_INPUT'): AwsFault =>
  new AwsFault('InvalidRequestException', message, 400, { AthenaErrorCode })
