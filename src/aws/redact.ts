/** Text without what signs requests: AWS quotes headers and canonical requests, which hold the session token. */
export function redact(text: string): string {
  return text
    .replace(/The Canonical String for this request should have been[\s\S]*/i, '')
    .replace(/\b(A(?:KIA|SIA|BIA|CCA))[A-Z0-9]{8,}/g, '$1…')
    .replace(/\b(x-amz-security-token|credential|signature|authorization)(["']?\s*[:=]\s*)[^\s,&]+/gi, '$1$2…')
}
