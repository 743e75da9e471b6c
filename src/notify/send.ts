import { HttpRequest } from '@smithy/core/protocols'
import type { AwsOptions, Connection } from '../aws/connection.ts'
import type { SendOptions } from '../aws/context.ts'
import { type Fault, faultOf, isUnsure } from '../aws/fault.ts'
import { handlerOf } from '../aws/http-handler.ts'
import { awsContext } from '../aws/regions.ts'
import { withRetries } from '../aws/retry.ts'
import type { Context } from '../core/context.ts'
import { AppError, isAppError, toAppError } from '../core/errors.ts'
import { type Address, shownAddress } from './address.ts'
import { bounded, type Message, mailOf, PAYLOADS } from './payloads.ts'

type Reach = Omit<AwsOptions, 'region'> & { connection: Connection }

const ANSWER_MS = 10_000
/** A service that throttles without saying for how long is not asked through the whole minute. */
const MOST_POSTS = 10

/** Sends a message to each address, at most once. Answers with an error of kind `partial` for each that it did not reach. */
export async function sendAll(
  cx: Context,
  addresses: readonly Address[],
  message: Message,
  reach: Reach,
): Promise<AppError[]> {
  const said = bounded(message)
  const ended = addresses.map(async (address) => {
    try {
      await (address.kind === 'sns' ? publish(cx, address, said, reach) : post(cx, address, said, reach))
      return []
    } catch (thrown) {
      if (cx.signal.aborted) throw thrown
      return [notSent(address, thrown)]
    }
  })
  return (await Promise.all(ended)).flat()
}

const isFifo = (arn: string) => arn.endsWith('.fifo')

/** A topic that is FIFO drops what it has had by its id; any other is asked again only where it has refused. */
async function publish(
  cx: Context,
  { arn, region }: Extract<Address, { kind: 'sns' }>,
  message: Message,
  reach: Reach,
): Promise<void> {
  const { PublishCommand } = await import('@aws-sdk/client-sns')
  const once = { MessageGroupId: 'bedrock-monitor', MessageDeduplicationId: message.id }
  const command = new PublishCommand({ TopicArn: arn, ...mailOf(message), ...(isFifo(arn) && once) })
  const options: SendOptions = { isOnce: !isFifo(arn) }
  await awsContext(cx, { ...reach, region }).aws.sns.send(command, options)
}

/** The id goes along, so that a receiver of one's own can tell a copy that something on the way has made. */
async function post(
  cx: Context,
  { kind, url }: Exclude<Address, { kind: 'sns' }>,
  message: Message,
  { connection, requestTimeoutMs = ANSWER_MS }: Reach,
): Promise<void> {
  const body = JSON.stringify(PAYLOADS[kind](message))
  const handler = await handlerOf(url.href, { connection, requestTimeoutMs })
  const request = new HttpRequest({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port !== '' && { port: Number(url.port) }),
    path: `${url.pathname}${url.search}`,
    headers: {
      host: url.host,
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      'idempotency-key': message.id,
      'user-agent': 'bedrock-monitor',
    },
    body,
  })
  const started = cx.clock.now()
  let attempts = 0
  const tell = (error?: string) => {
    const call = { service: kind, operation: 'Post', ms: cx.clock.now() - started, attempts }
    cx.emit({ type: 'call', ...call, ...(error && { error }) })
  }
  const once = async () => {
    attempts += 1
    const { response } = await handler.handle(request, { abortSignal: cx.signal })
    // What follows a status of success changes nothing, and may never end.
    if (response.statusCode >= 200 && response.statusCode <= 299) return
    throw refusal(response, kind === 'slack' ? await beginning(response.body) : '')
  }
  try {
    await withRetries(cx, once, { signal: cx.signal, maxAttempts: MOST_POSTS, isOnce: true, random: Math.random })
    tell()
  } catch (thrown) {
    tell(faultOf(thrown).code)
    throw thrown
  } finally {
    handler.destroy()
  }
}

/** Its first part; a word is never longer. The status alone says that the message was refused: it is told whatever becomes of the rest. */
async function beginning(body: AsyncIterable<Uint8Array>): Promise<string> {
  try {
    for await (const part of body) return Buffer.from(part).toString('utf8', 0, 100)
  } catch {}
  return ''
}

/** Slack says what is wrong in a word (`no_service`, `channel_is_archived`); no other answer is quoted. */
function refusal(
  { statusCode, headers }: { statusCode: number; headers: Record<string, string> },
  said: string,
): Error {
  const word = /^[a-z_]{3,40}$/.test(said) ? `, ${said}` : ''
  const error = new Error(`HTTP ${statusCode}${word}`)
  const $response = { statusCode, headers }
  return Object.assign(error, { $fault: 'server', $metadata: { httpStatusCode: statusCode }, $response })
}

function notSent(address: Address, thrown: unknown): AppError {
  const known = isAppError(thrown)
  const fault = faultOf(known ? { name: thrown.code } : thrown)
  const why =
    known || fault.status !== undefined
      ? toAppError(thrown).message
      : `${NO_ANSWER.get(fault.class) ?? 'no connection'} (${fault.code})`
  const isUnknown = known ? thrown.unsure : isUnsure(fault)
  const isOnce = address.kind !== 'sns' || !isFifo(address.arn)
  const open = isUnknown ? `; whether it has arrived is not known${isOnce ? ', so it was not sent again' : ''}` : ''
  const message = `could not notify ${shownAddress(address)}: ${why}${open}`
  return new AppError('partial', 'NotNotified', message, { hint: hintFor(address, thrown, fault) })
}

const NO_ANSWER: ReadonlyMap<Fault['class'], string> = new Map([
  ['network', 'no answer'],
  ['malformed', 'an answer that is not HTTP'],
])

/** Slack and Teams answer so where a webhook is gone, or its channel is. */
const MAY_BE_REVOKED: ReadonlySet<number> = new Set([400, 401, 403, 404, 410])

function hintFor({ kind }: Address, thrown: unknown, { status, code }: Fault): string {
  if (kind === 'sns') return (isAppError(thrown) && thrown.hint) || 'check the topic of --notify'
  if (/CERT|SIGNATURE|ALTNAME/.test(code))
    return 'set AWS_CA_BUNDLE to a file with the certificate that signed that of the host'
  if (status === undefined) return 'check the network, the proxy and the host of --notify'
  if (status === 408 || status === 429 || status > 499) return 'the service is busy or down: run it again later'
  if (status > 299 && status < 400) return 'pass the URL that --notify is forwarded to: none is followed'
  if (MAY_BE_REVOKED.has(status)) return 'check the URL of --notify: it may have been revoked'
  return 'check the URL of --notify: it is reached, and does not take this message'
}
