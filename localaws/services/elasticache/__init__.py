"""ElastiCache: the delete of a subnet group, which moto can make and describe only."""

from __future__ import annotations

from typing import Any


def install() -> None:
    """Teach moto's response class the operation."""
    from moto.core.responses import EmptyResult
    from moto.elasticache.responses import ElastiCacheResponse

    def delete_cache_subnet_group(self: Any) -> Any:
        backend, name = self.elasticache_backend, self._get_param("CacheSubnetGroupName")
        backend.describe_cache_subnet_groups(cache_subnet_group_name=name)  # an error if there is none
        del backend.cache_subnet_groups[name]
        return EmptyResult()

    ElastiCacheResponse.delete_cache_subnet_group = delete_cache_subnet_group
