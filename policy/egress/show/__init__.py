"""What people and machines see of a proof: text, JSON, SARIF, drawings and single packets explained."""
