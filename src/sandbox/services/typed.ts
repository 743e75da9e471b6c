import type { Call, Operation } from '../service.ts'

/**
 * An operation written against the SDK's own types. The codec has decoded the request by the service's schema, so its
 * members have these types; whether they are sensible is for the operation to check.
 */
export function typed<In>(operation: (input: In, call: Call) => object | Promise<object>): Operation {
  return operation as unknown as Operation
}
