import { Readable } from 'node:stream'
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { COUNTERS } from '../../../src/report/model.ts'
import type { Report } from '../../../src/report/view.ts'
import { lastHours } from '../../../src/report/window.ts'
import { recordLine } from '../../support/invocation-records.ts'
import { report, type SourceRequest } from '../../support/report.ts'
import { THIRD } from '../../support/share.ts'
import { inWorld, REGION } from '../../support/world.ts'

const GROUP = 'group'
const KEYS = [
  'inputTokenCount',
  'outputTokenCount',
  'cacheReadInputTokenCount',
  'identity',
  'modelId',
  'errorCode',
  'metrics',
  'text',
  '"inputTokenCount":7},"output":{',
]
const MANY = Object.fromEntries(Array.from({ length: 230 }, (_, index) => [`field${index}`, index]))

/** A body of a user's own making: any keys at any depth, and at times more fields than Insights extracts. */
const { body } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.nat(99),
    fc.string(),
    fc.constant(null),
    tie('body'),
    fc.array(tie('body')),
  ),
  body: fc.dictionary(fc.oneof(fc.constantFrom(...KEYS), fc.string()), tie('value'), {
    maxKeys: 5,
  }) as fc.Arbitrary<object>,
}))
const anyBody = fc
  .tuple(body as fc.Arbitrary<object>, fc.boolean())
  .map(([own, many]) => (many ? { ...own, long: MANY } : own))

const counts = fc.record({ input: fc.nat(1e8), output: fc.nat(1e8), read: fc.nat(1e6), write: fc.nat(1e6) })
const about = fc.record({
  older: fc.boolean(),
  model: fc.constantFrom('amazon.nova-lite-v1:0', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'),
  identity: fc.constantFrom('arn:aws:iam::111122223333:user/ada', 'arn:aws:sts::111122223333:assumed-role/Chat/eve@x'),
  metadata: fc.dictionary(fc.constantFrom('team', 'app'), fc.stringMatching(/^[\w .-]{0,8}$/)),
})

const succeeded = fc
  .record({
    about,
    counts,
    prompt: anyBody,
    answer: anyBody,
    latencyMs: fc.nat(60_000),
    kind: fc.constantFrom('Converse', 'InvokeModel'),
  })
  .map(({ about, counts: { input, output, read, write }, prompt, answer, latencyMs, kind }) =>
    recordLine({
      ...about,
      operation: kind,
      input: {
        inputBodyJson: prompt,
        inputTokenCount: input,
        ...(read > 0 && { cacheReadInputTokenCount: read }),
        ...(write > 0 && { cacheWriteInputTokenCount: write }),
      },
      output: {
        outputBodyJson:
          kind === 'Converse' ? { output: {}, stopReason: 'end_turn', metrics: { latencyMs }, usage: {} } : { answer },
        outputTokenCount: output,
      },
    }),
  )
const failed = fc
  .record({
    about,
    errorCode: fc.constantFrom('ThrottlingException', 'ValidationException', 'InternalServerException'),
  })
  .map(({ about, errorCode }) => recordLine({ ...about, errorCode }))

const numbersOf = ({ total, groups }: Report) =>
  [total, ...groups].map((usage) => ({
    key: 'key' in usage ? usage.key : {},
    latencyMs: { ...usage.latencyMs, avg: Math.round((usage.latencyMs.avg ?? 0) * 100) },
    ...Object.fromEntries(COUNTERS.map((counter) => [counter, usage[counter]])),
  }))
const byKey = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)

// "A user's own JSON in a body can hold any key at any depth: only the path counts."
test(
  'Insights and the scanner tell the same of any records, whatever is in their bodies',
  () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ arbitrary: succeeded, weight: 5 }, failed), { minLength: 1, maxLength: 12 }),
        (lines) =>
          inWorld({}, async ({ cx, sandbox }) => {
            await cx.aws.logs.send(new CreateLogGroupCommand({ logGroupName: GROUP }))
            const now = cx.clock.now()
            const events = lines.map((message) => ({ timestamp: now - 60_000, message }))
            sandbox.services.logs.putRecord(REGION, GROUP, 'stream', events)
            const window = lastHours(now, 1)
            const places = [{ region: REGION, cx }]
            const sources: SourceRequest[] = [
              { name: 'logs', accountId: sandbox.account, places, window, logGroup: GROUP },
              { name: 'file', path: '-', stdin: Readable.from([Buffer.from(lines.join('\n'))]) },
            ]
            const by = ['model', 'identity', 'operation', 'metadata:team']
            const [logs, file] = await Promise.all(sources.map((source) => report(cx, { source, by })))
            expect(logs && numbersOf(logs.report).sort(byKey)).toEqual(file && numbersOf(file.report).sort(byKey))
          }),
      ),
      { numRuns: THIRD.runs(100) },
    ),
  120_000,
)
