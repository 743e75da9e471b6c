import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { runLine } from '../cli/run.ts'
import { runAwsCli } from '../support/aws-cli.ts'
import { awsCli, CREDENTIALS, describeWith, type MotoServer, startMoto } from '../support/external.ts'
import { faultAnswer, startProxy } from '../support/faulty-proxy.ts'
import { SHARE } from '../support/share.ts'

/** Each account takes moto seconds. */
const MEMBERS = SHARE.isAll ? 25 : 6

interface Keys {
  Credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string }
}

describeWith(['moto_server', 'aws'], `an organization of ${MEMBERS} accounts on moto`, () => {
  let moto: MotoServer
  let proxy: Awaited<ReturnType<typeof startProxy>>
  const refused: string[] = []
  const known = new Map<string, number>()
  const aws = <T>(...args: string[]) => awsCli<T>(moto.url, ...args)

  beforeAll(async () => {
    moto = await startMoto()
    // moto lets everybody assume any role.
    proxy = await startProxy(moto.url, (request, forward) => {
      const asked = decodeURIComponent(Buffer.from(request.body).toString())
      const isRefused = asked.includes('Action=AssumeRole') && refused.some((id) => asked.includes(`:${id}:role`))
      return isRefused ? faultAnswer('access-denied', request) : forward()
    })
    Object.assign(process.env, CREDENTIALS)
    await aws('organizations', 'create-organization', '--feature-set', 'ALL')
    for (let index = 0; index < MEMBERS; index += 1) {
      await aws(
        'organizations',
        'create-account',
        '--account-name',
        `team-${index}`,
        '--email',
        `t${index}@example.com`,
      )
    }
    const { Accounts } = await aws<{ Accounts: { Id: string; Name: string }[] }>('organizations', 'list-accounts')
    const when = new Date(Date.now() - 3_600_000).toISOString()
    for (const { Id, Name } of Accounts) {
      const index = Number(Name.split('-')[1] ?? Number.NaN)
      if (Number.isNaN(index)) continue
      const role = `arn:aws:iam::${Id}:role/BedrockMonitorReader`
      const { Credentials: keys } = await aws<Keys>(
        'sts',
        'assume-role',
        '--role-arn',
        role,
        '--role-session-name',
        'put',
      )
      const tokens = 1_000 + index * 37
      known.set(Id, tokens)
      await putAs(keys, [
        { name: 'Invocations', value: 1 + index },
        { name: 'InputTokenCount', value: tokens },
      ])
    }
    async function putAs(keys: Keys['Credentials'], points: readonly { name: string; value: number }[]) {
      const data = points.map(({ name, value }) => ({
        MetricName: name,
        Dimensions: [{ Name: 'ModelId', Value: 'amazon.nova-pro-v1:0' }],
        Timestamp: when,
        Value: value,
      }))
      const env = {
        AWS_ACCESS_KEY_ID: keys.AccessKeyId,
        AWS_SECRET_ACCESS_KEY: keys.SecretAccessKey,
        AWS_SESSION_TOKEN: keys.SessionToken,
      }
      const line = [
        'cloudwatch',
        'put-metric-data',
        '--namespace',
        'AWS/Bedrock',
        '--metric-data',
        JSON.stringify(data),
      ]
      const { code, stderr } = await runAwsCli(['--endpoint-url', moto.url, ...line], {
        ...process.env,
        AWS_DEFAULT_REGION: 'us-east-1',
        ...env,
      })
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    }
  })
  afterAll(async () => {
    await proxy?.close()
    moto?.stop()
  })

  async function reported() {
    const line = ['report', '--hours', '24', '--accounts', 'org', '--by', 'account', '--json', '--offline']
    const { code, stdout } = await runLine(line, { env: { ...CREDENTIALS, AWS_ENDPOINT_URL: proxy.url } })
    const { groups, accounts } = JSON.parse(stdout)
    const tokens = new Map<string, number>(
      groups.map((group: { key: { account: string }; inputTokens: number }) => [group.key.account, group.inputTokens]),
    )
    const failed = accounts.flatMap(({ id, error }: { id: string; error?: object }) => (error ? [id] : []))
    return { code, tokens, failed, asked: accounts.length }
  }
  const sorted = (map: ReadonlyMap<string, number>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1))

  test('is reported to the token', async () => {
    const { tokens, failed, asked } = await reported()
    expect(sorted(tokens)).toEqual(sorted(known))
    expect({ failed, asked }).toEqual({ failed: [], asked: MEMBERS + 1 })
  })

  test('but for two whose role cannot be assumed, which are named', async () => {
    refused.push(...[...known.keys()].slice(3, 5))
    const { code, tokens, failed } = await reported()
    expect(code).toBe(5)
    expect(failed).toEqual(refused)
    expect(sorted(tokens)).toEqual(sorted(known).filter(([id]) => !refused.includes(id)))
  })
})
