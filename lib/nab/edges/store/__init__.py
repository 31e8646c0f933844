"""The results store on the disk: Parquet files, and DuckDB that asks them."""
