import type { Call, Output } from '../service.ts'

/** The last overload of a method of the SDK's clients takes its input, options and a callback. */
type InputOf<Method> = Method extends (input: infer In, options: never, callback: never) => void ? In : never

/**
 * Operations by name, each with the input of the SDK's method (`SNS.createTopic`). The codec has decoded each request by the
 * service's schema, so its members have these types; whether they are sensible is for the operation to check.
 */
export type Operations<Client> = {
  [Name in keyof Client & string as Capitalize<Name>]?: (input: InputOf<Client[Name]>, call: Call) => Output
}
