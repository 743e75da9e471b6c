import type { Call, Output } from '../service.ts'

/** The last overload of a method of the SDK's clients takes its input, options and a callback. */
type InputOf<Method> = Method extends (input: infer In, options: never, callback: never) => void ? In : never

/** By name, with the input of the SDK's method (`SNS.createTopic`): members are decoded, their sense is not checked. */
export type Operations<Client> = {
  [Name in keyof Client & string as Capitalize<Name>]?: (input: InputOf<Client[Name]>, call: Call) => Output
}
