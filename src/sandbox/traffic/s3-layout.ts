/** Where the records of one account, Region and hour lie in a bucket, with a slash at the end. All times are UTC. */
export function hourFolder(keyPrefix: string | undefined, account: string, region: string, time: number): string {
  const [year, month, day, hour] = new Date(time).toISOString().split(/[-T:]/)
  const prefix = keyPrefix ? `${keyPrefix}/` : ''
  return `${prefix}AWSLogs/${account}/BedrockModelInvocationLogs/${region}/${year}/${month}/${day}/${hour}/`
}

/** The name of an object of records: its time as `YYYYMMDDTHHmmssSSSZ`, and sixteen hexadecimal digits. */
export function objectName(time: number, digits: string): string {
  return `${new Date(time).toISOString().replace(/[-:.]/g, '')}_${digits}.json.gz`
}
