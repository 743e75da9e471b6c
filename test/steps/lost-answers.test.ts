import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3'
import { expect, test } from '@jest/globals'
import { EVERYTHING } from '../support/everything.ts'
import { type Inventory, inventory } from '../support/inventory.ts'
import { errorOf, inWorld, type World } from '../support/world.ts'

/** Where S3 does not answer the repetition of a creating call as it answers the first. */
const REGION = 'eu-west-1'

/** Setup, and cleanup of a bucket with an unfinished upload in it; the account after each. */
async function live(world: World, between: () => void = () => {}): Promise<Inventory[]> {
  const account = () => inventory(world.cx.in(REGION), REGION)
  expect(await errorOf(world.setup())).toBeUndefined()
  const afterSetup = await account()
  const Bucket = `bedrock-logs-${world.env.accountId}`
  const Key = `bedrock-logs/AWSLogs/${world.env.accountId}/BedrockModelInvocationLogs/${REGION}/2026/11/28/10/20261128T100000000Z_00ffee00.json.gz`
  await world.cx.in(REGION).aws.s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))
  between()
  expect(await errorOf(world.cleanup())).toBeUndefined()
  return [afterSetup, await account()]
}

test('a call whose answer is lost is made again, whatever it changes, and nothing is different for it', async () => {
  const options = { settings: EVERYTHING, regions: [REGION] } as const
  const { calls, undisturbed } = await inWorld(options, async (world) => {
    const undisturbed = await live(world)
    return { calls: world.sandbox.calls, undisturbed }
  })
  const changing = calls.filter(({ writing }) => writing)
  const operations = new Map(changing.map(({ service, operation }) => [operation, service]))
  expect(operations.size).toBeGreaterThan(30)
  await inWorld(options, async (world) => {
    const lose = () => {
      world.sandbox.faults.length = 0
      for (const [operation, service] of operations) {
        world.sandbox.faults.push({ kind: 'reset', service, operation, when: 'after' })
      }
    }
    lose()
    expect(await live(world, lose)).toEqual(undisturbed)
  })
})
