import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { afterAll, describe } from '@jest/globals'
import type { WireRequest, WireResponse } from '../../src/sandbox/protocols/wire.ts'
import { runAwsCli, stopAwsCli } from './aws-cli.ts'
import { type Forward, startProxy } from './faulty-proxy.ts'

/**
 * `describe` for tests that need something which is not ours: skipped, and said to be so, where it is missing. With TEST_EVERYTHING
 * set, as the pipeline sets it, what is missing is a failure.
 */
export function describeWhere(there: boolean, needed: string, title: string, body: () => void): void {
  if (there) describe(title, body)
  else if (process.env.TEST_EVERYTHING) throw new Error(`${needed} is missing, and TEST_EVERYTHING is set: ${title}`)
  else describe.skip(`${title} (skipped: no ${needed})`, body)
}

/** The same for programs on PATH. */
export function describeWith(programs: readonly string[], title: string, body: () => void): void {
  const missing = programs.filter((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0)
  describeWhere(missing.length === 0, missing.join(', '), title, () => {
    if (programs.includes('aws')) afterAll(stopAwsCli)
    body()
  })
}

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'chrome']

/**
 * `describe` for tests in a real browser, which is given as the path of its program. Skipped, and said to be so, where there is
 * none, also with TEST_EVERYTHING: a pipeline's machine may have no browser.
 */
export function describeInBrowser(title: string, body: (browser: string) => void): void {
  const [browser] = BROWSERS.flatMap(
    (name) =>
      spawnSync('sh', ['-c', `command -v ${name}`])
        .stdout.toString()
        .trim() || [],
  )
  if (browser) describe(title, () => body(browser))
  else describe.skip(`${title} (skipped: no browser)`, () => body(''))
}

export const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' }

/** Calls an AWS service with the AWS CLI, a client that is not ours, and gives the parsed answer. */
export async function awsCli<T = Record<string, unknown>>(endpoint: string, ...args: string[]): Promise<T> {
  const env = { ...process.env, ...CREDENTIALS, AWS_DEFAULT_REGION: 'us-east-1', AWS_PAGER: '' }
  const line = ['--endpoint-url', endpoint, '--output', 'json', ...args]
  const { code, stdout, stderr } = await runAwsCli(line, env)
  if (code !== 0) throw new AwsCliError(`aws ${args.join(' ')}: exit ${code}: ${stderr}`)
  return (stdout.trim() === '' ? {} : JSON.parse(stdout)) as T
}

class AwsCliError extends Error {}

/** The same for a thing that is expected not to exist: undefined when AWS says so. */
export async function awsCliOrGone(endpoint: string, ...args: string[]): Promise<Record<string, unknown> | undefined> {
  return awsCli(endpoint, ...args).catch((error: Error) => {
    if (/NotFound|NoSuch|ResourceNotFound|not exist|404/.test(error.message)) return undefined
    throw error
  })
}

export interface MotoServer {
  url: string
  stop(): void
}

/** Starts a `moto_server` of its own on a free port and waits until it answers. */
export async function startMoto(): Promise<MotoServer> {
  const port = await freePort()
  const process_: ChildProcess = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; ; tries += 1) {
    const answers = await fetch(`${url}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (answers) {
      const proxy = await startProxy(url, withoutSavedQueries)
      return {
        url: proxy.url,
        stop() {
          void proxy.close()
          process_.kill('SIGKILL')
        },
      }
    }
    if (tries > 500 || process_.exitCode !== null) throw new Error('moto_server did not start')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** moto knows no saved queries, and answers with a fault of its own instead of an empty list. */
async function withoutSavedQueries({ headers }: WireRequest, forward: Forward): Promise<WireResponse> {
  if (!headers['x-amz-target']?.endsWith('.DescribeQueryDefinitions')) return forward()
  const head = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'none' }
  return { status: 200, headers: head, body: JSON.stringify({ queryDefinitions: [] }) }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
