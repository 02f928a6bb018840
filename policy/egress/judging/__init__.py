"""From walks to verdicts: findings, exemptions, and the words for both."""
