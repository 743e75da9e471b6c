import type { Digest } from '../../core/digest.ts'
import { type AppError, EXIT_CODE, toAppError } from '../../core/errors.ts'
import { type Address, addressesOf } from '../../notify/address.ts'
import { printError } from '../../ui/error.ts'
import type { App, Tell } from '../command.ts'

/** Tells others how a command ended. Exit codes stay; where all went well, a message that did not arrive makes 5. */
export async function notifying(
  app: App,
  command: string,
  run: (tell: Tell) => Promise<number>,
  otherwise: Tell = () => {},
): Promise<number> {
  const { to, onlyProblems } = app.common.notify
  if (to.length === 0) return run(otherwise)
  const addresses = addressesOf(to, app.env, app.config?.notify)
  const send = async (digest: Digest) => {
    const failures = onlyProblems && digest.ok ? [] : await sendDigest(app, command, addresses, digest)
    for (const failure of failures) printError(app.io.stderr, failure, app.common)
    return failures.length > 0
  }
  let made: Parameters<Tell>[0] | undefined
  const code = await run((digest) => {
    made = digest
  }).catch(async (thrown: unknown) => {
    const error = toAppError(thrown)
    const isUsers = app.cx.signal.aborted || error.kind === 'usage' || error.kind === 'interrupted'
    if (!isUsers) await send(failed(command, error))
    throw thrown
  })
  const isUnsent = made && (await send(await made()))
  return code || (isUnsent ? EXIT_CODE.partial : 0)
}

const failed = (command: string, { message, hint }: AppError): Digest => ({
  title: `bedrock-monitor ${command} failed`,
  ok: false,
  lines: [message],
  next: hint,
})

async function sendDigest(
  app: App,
  command: string,
  addresses: readonly Address[],
  digest: Digest,
): Promise<AppError[]> {
  const { sendAll } = await import('../../notify/send.ts')
  const { reachOf } = await import('./connection.ts')
  const { region: _, ...reach } = await reachOf(app, '')
  const message = { ...digest, id: crypto.randomUUID(), command, sentAt: new Date(app.cx.clock.now()).toISOString() }
  app.cx.emit({ type: 'phase', title: 'notifying' })
  const failures = await sendAll(app.cx, addresses, message, reach)
  app.cx.emit({ type: 'phase-done' })
  return failures
}
