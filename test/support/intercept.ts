import type { Aws, AwsContext } from '../../src/aws/context.ts'

interface Client {
  send(command: Command, options?: unknown): Promise<unknown>
}
interface Command {
  constructor: { name: string }
}

/**
 * Has the calls of one operation answered otherwise than the sandbox would, from now on, in the Region of this context.
 * @param answer is handed what the sandbox would have been asked, as a call yet to be made
 */
export function intercept(
  { aws }: AwsContext,
  service: keyof Aws,
  operation: string,
  answer: (send: () => Promise<unknown>) => unknown,
): void {
  const client = aws[service] as unknown as Client
  const send = client.send.bind(client)
  client.send = async (command, options) => {
    const asked = () => send(command, options)
    return command.constructor.name === `${operation}Command` ? answer(asked) : asked()
  }
}
