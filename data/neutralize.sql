-- A copy signs links of its own and honours none of the original's.
DELETE FROM lifecycle_link_key;
