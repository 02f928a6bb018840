"""The Linux kernel as judge: networks are built in namespaces, real packets cross them, proof and simulator are held
against what happened."""
