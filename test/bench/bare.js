import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { serialize } from 'node:v8'
import { rolldown } from 'rolldown'
import config from '../../rolldown.config.js'

/** Within the repository, so that packages are found from there; build/ is not kept. */
const FOLDER = fileURLToPath(new URL('../../build/bare/', import.meta.url))

const CLIENTS = {
  sts: { from: '@aws-sdk/client-sts', client: 'STSClient' },
  iam: { from: '@aws-sdk/client-iam', client: 'IAMClient' },
  s3: { from: '@aws-sdk/client-s3', client: 'S3Client' },
  logs: { from: '@aws-sdk/client-cloudwatch-logs', client: 'CloudWatchLogsClient' },
  cloudwatch: { from: '@aws-sdk/client-cloudwatch', client: 'CloudWatchClient' },
  bedrock: { from: '@aws-sdk/client-bedrock', client: 'BedrockClient' },
  sns: { from: '@aws-sdk/client-sns', client: 'SNSClient' },
  kms: { from: '@aws-sdk/client-kms', client: 'KMSClient' },
  budgets: { from: '@aws-sdk/client-budgets', client: 'BudgetsClient' },
  exports: { from: '@aws-sdk/client-bcm-data-exports', client: 'BCMDataExportsClient' },
  ce: { from: '@aws-sdk/client-cost-explorer', client: 'CostExplorerClient' },
  quotas: { from: '@aws-sdk/client-service-quotas', client: 'ServiceQuotasClient' },
}

/**
 * Writes the least program that makes the calls of a recording with the same SDK: who calls first, then each call as soon as
 * those have ended that had ended before it. It imports nothing that it does not use and prints nothing.
 * @param {string} name of the script
 * @returns {Promise<{ plain: string, bundled: string }>} files to run: the source, and the same bundled as the program is
 */
export async function bareScript(name, { calls, ended }) {
  mkdirSync(FOLDER, { recursive: true })
  const data = join(FOLDER, `${name}.bin`)
  writeFileSync(data, serialize({ calls, ended }))
  const plain = join(FOLDER, `${name}.js`)
  writeFileSync(plain, source(calls, data))
  const { input: _input, plugins: _plugins, output, ...options } = config
  const bundle = await rolldown({ ...options, input: plain })
  const { codeSplitting: _codeSplitting, dir: _dir, ...codegen } = output
  const dir = join(FOLDER, name)
  await bundle.write({ ...codegen, dir })
  await bundle.close()
  return { plain, bundled: join(dir, `${name}.js`) }
}

function source(calls, data) {
  const used = new Map([['sts', new Set(['GetCallerIdentity'])]])
  for (const { service, operation } of calls) used.set(service, (used.get(service) ?? new Set()).add(operation))
  const services = [...used].map(([service, operations]) => ({ service, operations, ...CLIENTS[service] }))
  const imports = services.map(({ service, from }) => `import * as ${service} from '${from}'`)
  const clients = services.map(
    ({ service, client }) => `${service}: new ${service}.${client}({ forcePathStyle: true })`,
  )
  const commands = services.flatMap(({ service, operations }) =>
    [...operations].map((operation) => `'${service}:${operation}': ${service}.${operation}Command`),
  )
  return `import { readFileSync } from 'node:fs'
import { deserialize } from 'node:v8'
${imports.join('\n')}

const clients = { ${clients.join(', ')} }
const commands = { ${commands.join(', ')} }
const { calls, ended } = deserialize(readFileSync(${JSON.stringify(data)}))
// Looking for what does not exist fails, as it did for the program.
const send = (service, operation, input) =>
  clients[service].send(new commands[service + ':' + operation](input)).catch((error) => {
    if (!error.$metadata) throw error
  })
await send('sts', 'GetCallerIdentity', {})
const done = []
for (const { service, operation, input, after } of calls) {
  const before = Promise.all(ended.slice(0, after).map((index) => done[index]))
  done.push(before.then(() => send(service, operation, input)))
}
await Promise.all(done)
`
}
