import type {
  DescribeLogGroupsResponse,
  FilterLogEventsResponse,
  GetLogEventsResponse,
  GetQueryResultsResponse,
} from '@aws-sdk/client-cloudwatch-logs'
import { describe, expect, test } from '@jest/globals'
import { createLogs } from '../../src/sandbox/services/logs.ts'
import type { Present } from './present.ts'

const NOW = Date.UTC(2026, 10, 23, 12)
const MINUTE = 60_000
const DAY = 86_400_000
const GROUP = '/aws/bedrock/modelinvocations'
const ARN = `arn:aws:logs:us-east-1:111122223333:log-group:${GROUP}`
const call = { account: '111122223333', region: 'us-east-1', now: NOW }

function logs(groups: readonly string[] = [GROUP]) {
  const service = createLogs()
  const send = (operation: string, input: object): unknown => service.operations[operation]?.({ ...input }, call)
  for (const logGroupName of groups) send('CreateLogGroup', { logGroupName })
  const write = (events: readonly [minutes: number, message: string][], stream = 's') =>
    service.putRecord(
      'us-east-1',
      GROUP,
      stream,
      events.map(([minutes, message]) => ({ timestamp: NOW + minutes * MINUTE, message })),
    )
  return { ...service, send, write }
}

const refusal = (code: string) => expect.objectContaining({ name: 'AwsFault', code, status: 400 })

describe('a log group', () => {
  const groups = (service: ReturnType<typeof logs>, input: object = {}) =>
    service.send('DescribeLogGroups', input) as Present<DescribeLogGroupsResponse>

  test('reads back with both of its ARNs, and without retention until there is one', () => {
    const service = logs()
    const [group] = groups(service).logGroups
    expect(group).toMatchObject({ logGroupName: GROUP, arn: `${ARN}:*`, logGroupArn: ARN, creationTime: NOW })
    expect(group).not.toHaveProperty('retentionInDays')
    service.send('PutRetentionPolicy', { logGroupName: GROUP, retentionInDays: 30 })
    expect(groups(service).logGroups[0]?.retentionInDays).toBe(30)
    service.send('DeleteRetentionPolicy', { logGroupName: GROUP })
    expect(groups(service).logGroups[0]).not.toHaveProperty('retentionInDays')
  })

  test('cannot be made twice: "ResourceAlreadyExistsException"', () => {
    expect(() => logs().send('CreateLogGroup', { logGroupName: GROUP })).toThrow(
      refusal('ResourceAlreadyExistsException'),
    )
  })

  test('"DescribeLogGroups searches by prefix: page to the exact name"', () => {
    const service = logs(Array.from({ length: 60 }, (_, i) => `g${String(i).padStart(2, '0')}`))
    const first = groups(service, { logGroupNamePrefix: 'g' })
    expect(first.logGroups).toHaveLength(50)
    expect(groups(service, { logGroupNamePrefix: 'g', nextToken: first.nextToken }).logGroups).toHaveLength(10)
    expect(groups(service, { logGroupNamePattern: '07' }).logGroups).toHaveLength(1)
    expect(() => groups(service, { logGroupNamePrefix: 'g', logGroupNamePattern: 'g' })).toThrow('mutually exclusive')
  })

  test.each([0, 2, 31, 10_000])('"Retention: 1 3 5 7 14 30 …" refuses %d days', (retentionInDays) => {
    const put = () => logs().send('PutRetentionPolicy', { logGroupName: GROUP, retentionInDays })
    expect(put).toThrow(refusal('InvalidParameterException'))
  })

  test('is tagged by its ARN without ":*", or by its name', () => {
    const service = logs()
    const tags = () => service.send('ListTagsForResource', { resourceArn: ARN })
    service.send('TagResource', { resourceArn: ARN, tags: { a: '1' } })
    service.send('TagLogGroup', { logGroupName: GROUP, tags: { b: '2' } })
    expect(tags()).toEqual({ tags: { a: '1', b: '2' } })
    expect(service.send('ListTagsLogGroup', { logGroupName: GROUP })).toEqual(tags())
    service.send('UntagResource', { resourceArn: ARN, tagKeys: ['a'] })
    expect(tags()).toEqual({ tags: { b: '2' } })
    expect(() => service.send('ListTagsForResource', { resourceArn: `${ARN}:*` })).toThrow(
      refusal('InvalidParameterException'),
    )
  })

  test('that is gone is not found, and takes no records', () => {
    const service = logs()
    service.send('DeleteLogGroup', { logGroupName: GROUP })
    expect(() => service.send('DeleteLogGroup', { logGroupName: GROUP })).toThrow(refusal('ResourceNotFoundException'))
    expect(service.write([[0, 'a']])).toBe(false)
    expect(service.hasGroup('us-east-1', GROUP)).toBe(false)
  })
})

describe('log events', () => {
  test('are written in order, the too old and the too new rejected', () => {
    const { send } = logs()
    send('CreateLogStream', { logGroupName: GROUP, logStreamName: 's' })
    const put = (...times: number[]) =>
      send('PutLogEvents', {
        logGroupName: GROUP,
        logStreamName: 's',
        logEvents: times.map((timestamp) => ({ timestamp, message: 'm' })),
      })
    expect(put(NOW - 15 * DAY, NOW - 1, NOW, NOW + 3 * 60 * MINUTE)).toMatchObject({
      rejectedLogEventsInfo: { tooOldLogEventEndIndex: 1, tooNewLogEventStartIndex: 3 },
    })
    expect(() => put(NOW, NOW - 1)).toThrow('chronological order')
    expect(() => send('PutLogEvents', { logGroupName: GROUP, logStreamName: 'x', logEvents: [] })).toThrow('log stream')
    expect(() => send('CreateLogStream', { logGroupName: GROUP, logStreamName: 's' })).toThrow('already exists')
    expect(send('DescribeLogStreams', { logGroupName: GROUP })).toMatchObject({
      logStreams: [{ logStreamName: 's', firstEventTimestamp: NOW - 1, lastEventTimestamp: NOW }],
    })
  })

  test('are paged in both directions', () => {
    const { send, write } = logs()
    write(Array.from({ length: 10 }, (_, i) => [i, String(i)]))
    const get = (input: object) => {
      const all = { logGroupName: GROUP, logStreamName: 's', limit: 4, ...input }
      const output = send('GetLogEvents', all) as Present<GetLogEventsResponse>
      return { ...output, text: output.events.map(({ message }) => message).join('') }
    }
    const last = get({})
    expect([last.text, get({ nextToken: last.nextBackwardToken }).text]).toEqual(['6789', '2345'])
    const first = get({ startFromHead: true })
    const second = get({ nextToken: first.nextForwardToken })
    const third = get({ nextToken: second.nextForwardToken })
    expect([first.text, second.text, third.text]).toEqual(['0123', '4567', '89'])
    expect(get({ nextToken: third.nextForwardToken })).toMatchObject({
      text: '',
      nextForwardToken: third.nextForwardToken,
    })
  })

  test('begin at startTime; at endTime FilterLogEvents still has them, GetLogEvents no more', () => {
    const { send, write } = logs()
    write([0, 1, 2, 3].map((minutes) => [minutes, String(minutes)]))
    const window = { logGroupName: GROUP, startTime: NOW + MINUTE, endTime: NOW + 2 * MINUTE }
    const text = (output: unknown) => (output as Present<FilterLogEventsResponse>).events.map(({ message }) => message)
    expect(text(send('FilterLogEvents', window))).toEqual(['1', '2'])
    expect(text(send('GetLogEvents', { ...window, logStreamName: 's' }))).toEqual(['1'])
  })

  test('are gone when their retention is over', () => {
    const { send, write } = logs()
    write([
      [-2 * 24 * 60, 'old'],
      [-1, 'new'],
    ])
    send('PutRetentionPolicy', { logGroupName: GROUP, retentionInDays: 1 })
    expect(send('FilterLogEvents', { logGroupName: GROUP })).toMatchObject({ events: [{ message: 'new' }] })
  })

  test.each<[string, string[]]>([
    ['', ['a', 'b', 'c', 'd']],
    ['ERROR', ['c', 'd']],
    ['ERROR disk', ['d']],
    ['"ERROR in disk"', ['d']],
    ['ERROR -disk', ['c']],
    ['?disk ?net', ['c', 'd']],
    ['{ $.modelId = "nova" }', ['a']],
    ['{ $.modelId = "n*" }', ['a']],
    ['{ $.modelId != "nova" }', ['b']],
    ['{ $.input.count > 5 && $.modelId = "claude" }', ['b']],
    ['{ ($.input.count < 5) || ($.list[1] = 9) }', ['a', 'b']],
    ['{ $.input.count = 3 }', ['a']],
    ['{ $.extra IS NULL }', ['b']],
    ['{ $.extra NOT EXISTS }', ['a']],
  ])('are found by the pattern %s', (filterPattern, expected) => {
    const { send, write } = logs()
    const messages: Record<string, string> = {
      a: '{"modelId":"nova","input":{"count":3}}',
      b: '{"modelId":"claude","input":{"count":7},"extra":null,"list":[1,9]}',
      c: 'ERROR in net',
      d: 'ERROR in disk',
    }
    write(Object.values(messages).map((message, i) => [i, message]))
    const { events } = send('FilterLogEvents', {
      logGroupName: GROUP,
      filterPattern,
    }) as Present<FilterLogEventsResponse>
    const names = events.map(({ message }) => Object.keys(messages).find((name) => messages[name] === message))
    expect(names).toEqual(expected)
  })

  test.each(['{ $.a = }', '{ $.a "b" }', '{ a = 1 }', '{ $.a = 1', '{ ($.a = 1 }'])(
    'refuses the pattern %s',
    (filterPattern) => {
      expect(() => logs().send('FilterLogEvents', { logGroupName: GROUP, filterPattern })).toThrow(
        refusal('InvalidParameterException'),
      )
    },
  )
})

describe('an Insights query', () => {
  const start = (service: ReturnType<typeof logs>, queryString: string, more: object = {}) =>
    (
      service.send('StartQuery', {
        logGroupName: GROUP,
        startTime: NOW / 1_000,
        endTime: NOW / 1_000 + 3_600,
        queryString,
        ...more,
      }) as { queryId: string }
    ).queryId
  const results = (service: ReturnType<typeof logs>, queryId: string, more: object = {}) =>
    service.send('GetQueryResults', { queryId, ...more }) as Present<GetQueryResultsResponse>

  test('runs, completes and tells what it scanned', () => {
    const service = logs()
    service.write([
      [0, '{"n":1}'],
      [1, '{"n":2}'],
    ])
    const id = start(service, 'filter n > 1 | stats sum(n) as s')
    expect(results(service, id)).toMatchObject({ status: 'Running', results: [] })
    expect(results(service, id)).toMatchObject({
      status: 'Complete',
      results: [[{ field: 's', value: '2' }]],
      statistics: { recordsMatched: 1, recordsScanned: 2, bytesScanned: 14 },
    })
  })

  test('"StartQuery: epoch seconds, both ends inclusive"', () => {
    const service = logs()
    service.write([-1, 0, 60, 61].map((minutes) => [minutes, `at ${minutes}`]))
    const id = start(service, 'stats count(*) as n')
    results(service, id)
    expect(results(service, id).results).toEqual([[{ field: 'n', value: '2' }]])
  })

  test('"default 10,000 rows, up to 100,000 in pages of 10,000"', () => {
    const service = logs()
    service.write(Array.from({ length: 25_000 }, (_, i) => [i % 60, 'm']))
    const count = (more: object) => {
      const id = start(service, 'fields @timestamp', more)
      results(service, id)
      const pages: number[] = []
      for (let nextToken: string | undefined; ; ) {
        const page = results(service, id, { nextToken })
        pages.push(page.results.length)
        nextToken = page.nextToken
        if (nextToken === undefined) return pages
      }
    }
    expect(count({})).toEqual([10_000])
    expect(count({ limit: 100_000 })).toEqual([10_000, 10_000, 5_000])
  })

  test('can be stopped while it runs, not afterwards', () => {
    const service = logs()
    const id = start(service, 'fields @message')
    expect(service.send('StopQuery', { queryId: id })).toEqual({ success: true })
    expect(results(service, id).status).toBe('Cancelled')
    expect(() => service.send('StopQuery', { queryId: id })).toThrow(refusal('InvalidParameterException'))
    expect(service.send('DescribeQueries', { status: 'Cancelled' })).toMatchObject({ queries: [{ queryId: id }] })
  })

  test('"100 queries at once"', () => {
    const service = logs()
    const ids = Array.from({ length: 100 }, () => start(service, 'limit 1'))
    expect(() => start(service, 'limit 1')).toThrow(refusal('LimitExceededException'))
    service.send('StopQuery', { queryId: ids[0] })
    expect(start(service, 'limit 1')).not.toBe('')
  })

  test('that does not compile says where', () => {
    expect(() => start(logs(), 'fields @message | fetch')).toThrow(
      expect.objectContaining({
        code: 'MalformedQueryException',
        members: {
          queryCompileError: expect.objectContaining({ location: { startCharOffset: 18, endCharOffset: 23 } }),
        },
      }),
    )
  })

  test.each([
    ['"≤50 groups"', { logGroupNames: Array(51).fill(GROUP) }, 'InvalidParameterException'],
    ['an unknown group', { logGroupName: 'unknown' }, 'ResourceNotFoundException'],
    ['an end before the start', { endTime: 0 }, 'InvalidParameterException'],
    ['a limit above 100,000', { limit: 100_001 }, 'InvalidParameterException'],
  ])('is refused with %s', (_, more, code) => {
    expect(() => start(logs(), 'limit 1', more)).toThrow(refusal(code))
  })

  test('"PutQueryDefinition makes a duplicate unless given queryDefinitionId"', () => {
    const { send } = logs()
    const definition = { name: 'Bedrock/Usage', queryString: 'limit 1' }
    const put = (more: object = {}) =>
      (send('PutQueryDefinition', { ...definition, ...more }) as { queryDefinitionId: string }).queryDefinitionId
    const list = () =>
      (send('DescribeQueryDefinitions', { queryDefinitionNamePrefix: 'Bedrock/' }) as { queryDefinitions: object[] })
        .queryDefinitions
    const [first, second] = [put(), put()]
    expect(list()).toHaveLength(2)
    expect(put({ queryDefinitionId: first, queryString: 'limit 2' })).toBe(first)
    expect(list()).toContainEqual(expect.objectContaining({ queryDefinitionId: first, queryString: 'limit 2' }))
    expect(send('DeleteQueryDefinition', { queryDefinitionId: second })).toEqual({ success: true })
    expect(list()).toHaveLength(1)
    expect(() => put({ queryDefinitionId: second })).toThrow(refusal('ResourceNotFoundException'))
  })
})
